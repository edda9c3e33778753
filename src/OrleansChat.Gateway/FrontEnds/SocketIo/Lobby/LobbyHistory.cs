using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Protocols.SocketIo;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>What somebody who comes into the lobby is shown: the last messages, and who is there.</summary>
internal static class LobbyHistory
{
    /// <summary>So many messages are shown.</summary>
    public const int Length = 50;

    private const int MaxUsers = 1000;
    private const int PageSize = 200;
    private const int MaxPages = 5;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The event <c>history</c> up to where the last argument is added, and the last number that it covers.</summary>
    public static async Task<Result<LobbyPast>> ReadAsync(IMessageLog log, Actor reader)
    {
        var messages = new Stack<byte[]>(Length);
        long last = 0;
        long? before = null;
        for (int page = 0; page < MaxPages && messages.Count < Length; page++)
        {
            Result<HistoryPage> read = await log.HistoryAsync(LobbyGroup.Id, new HistoryRequest(reader, before, null, PageSize));
            if (!read.IsOk)
            {
                return read.Error;
            }

            last = page == 0 ? read.Value.Last : last;
            AddNewest(read.Value.Messages, messages);
            before = read.Value.From;
            if (!read.Value.More)
            {
                break;
            }
        }

        return new LobbyPast(Event("history", messages), last);
    }

    /// <summary>The event <c>users</c> up to where the last argument is added.</summary>
    public static byte[] Users(LobbyPresence online, string self)
    {
        IEnumerable<string> names = online.Names(MaxUsers).Append(self).Distinct().Order(StringComparer.Ordinal);
        return Event("users", names.Select(name => System.Text.Encoding.UTF8.GetBytes($"\"{name}\"")));
    }

    private static void AddNewest(IReadOnlyList<ReadOnlyMemory<byte>> page, Stack<byte[]> messages)
    {
        for (int i = page.Count - 1; i >= 0 && messages.Count < Length; i--)
        {
            var buffer = new ArrayBufferWriter<byte>(256);
            using var writer = new Utf8JsonWriter(buffer, Writing);
            if (LobbyEvents.TryWriteChatMessage(writer, page[i]))
            {
                writer.Flush();
                messages.Push(buffer.WrittenSpan.ToArray());
            }
        }
    }

    private static byte[] Event(string name, IEnumerable<byte[]> items)
    {
        var json = new ArrayBufferWriter<byte>(1024);
        json.Write("["u8);
        bool first = true;
        foreach (byte[] item in items)
        {
            json.Write(first ? ""u8 : ","u8);
            json.Write(item);
            first = false;
        }

        json.Write("]"u8);
        return SocketIoEncoder.OpenEvent(name, json.WrittenSpan);
    }
}

/// <summary>The last messages.</summary>
/// <param name="Event">The event that shows them.</param>
/// <param name="Last">The last number that it covers.</param>
internal sealed record LobbyPast(byte[] Event, long Last);
