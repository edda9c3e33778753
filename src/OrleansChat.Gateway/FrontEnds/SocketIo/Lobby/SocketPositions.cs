using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Gateway.Delivery;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>
/// How far one socket has heard every conversation. A stored base holds them all; the offset that goes with each event names the base and
/// what has changed since, so that it stays short and a client's last offset says everything. Not thread-safe: the socket's writer's.
/// </summary>
internal sealed class SocketPositions
{
    /// <summary>The number of a socket's first base.</summary>
    public const int FirstBase = 1;

    // So many conversations may have moved since the base before a new one is stored.
    private const int MaxChanged = 8;

    private readonly Dictionary<string, KnownPosition> _now;
    private readonly Dictionary<string, string> _epochs = new(StringComparer.Ordinal);
    private readonly List<string> _changed = new(1);

    public SocketPositions(IReadOnlyDictionary<string, KnownPosition> begin, int @base)
    {
        _now = new Dictionary<string, KnownPosition>(begin, StringComparer.Ordinal);
        Base = @base;
    }

    /// <summary>The number of the base that offsets count from.</summary>
    public int Base { get; private set; }

    /// <summary>All positions.</summary>
    public IReadOnlyDictionary<string, KnownPosition> Now => _now;

    /// <summary>Whether a new base should be stored.</summary>
    public bool IsLong => _changed.Count > MaxChanged;

    /// <summary>
    /// Completes an event with its last argument, which says how far the client has heard; stock clients remember it, and send it back when they
    /// return: <c>base;conversation=epoch.seq;...</c>
    /// </summary>
    /// <param name="open">The event up to there.</param>
    public byte[] Close(ReadOnlySpan<byte> open)
    {
        // A number has 20 digits at most; epochs and ids are ASCII.
        int most = 20;
        foreach (string conversation in _changed)
        {
            most += conversation.Length + _now[conversation].Epoch.Length + 23;
        }

        Span<byte> offset = most <= 512 ? stackalloc byte[512] : new byte[most];
        int n = WriteOffset(offset);
        return [.. open, .. ",\""u8, .. offset[..n], .. "\"]"u8];
    }

    /// <summary>An event is being written to the socket.</summary>
    public void Note(ChatEvent chatEvent)
    {
        string conversation = chatEvent.Conversation;
        switch (chatEvent.Name)
        {
            case "message" when _now.TryGetValue(conversation, out KnownPosition known):
                Move(conversation, known with { Seq = Math.Max(known.Seq, chatEvent.Seq) });
                break;
            case "message" when _epochs.TryGetValue(conversation, out string? epoch):
                Move(conversation, new KnownPosition(epoch, chatEvent.Seq));
                break;
            case "conversation":
                // New to this socket: its position counts from its first message on.
                _epochs[conversation] = JsonElement.Parse(chatEvent.Json).GetProperty("summary").GetProperty("epoch").GetString()!;
                break;
            case "conversation.removed":
                _now.Remove(conversation);
                _epochs.Remove(conversation);
                _changed.Remove(conversation);
                break;
        }
    }

    /// <summary>A base of this number has been stored with all positions.</summary>
    public void Rebase(int number)
    {
        Base = number;
        _changed.Clear();
    }

    /// <summary>The positions that an offset stands for. Null when it makes no sense. Whether they are true is found out on resuming.</summary>
    /// <param name="offset">The client's last offset; empty when it has heard nothing.</param>
    /// <param name="bases">The stored bases.</param>
    public static Dictionary<string, KnownPosition>? Read(string offset, IReadOnlyDictionary<int, Dictionary<string, string>> bases)
    {
        string[] parts = offset.Split(';');
        if (!bases.TryGetValue(BaseOf(offset), out Dictionary<string, string>? stored))
        {
            return null;
        }

        var positions = new Dictionary<string, KnownPosition>(stored.Count, StringComparer.Ordinal);
        IEnumerable<string[]> changed = parts.Skip(1).Select(part => part.Split('='));
        foreach (string[] pair in stored.Select(pair => new[] { pair.Key, pair.Value }).Concat(changed))
        {
            if (pair is not [var conversation, var text] || !ConversationId.TryParse(conversation, out _) || ReadPosition(text) is not { } position)
            {
                return null;
            }

            positions[conversation] = position;
        }

        return positions;
    }

    /// <summary>The number of the base that an offset counts from: the first one for a client that has heard nothing, -1 when it makes no sense.</summary>
    public static int BaseOf(string offset) =>
        offset.Length == 0 ? FirstBase
        : int.TryParse(offset.AsSpan(0, offset.IndexOf(';') is var end and >= 0 ? end : offset.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : -1;

    /// <summary>A position as text.</summary>
    public static string Write(KnownPosition position) => string.Create(CultureInfo.InvariantCulture, $"{position.Epoch}.{position.Seq}");

    private static KnownPosition? ReadPosition(string text) =>
        text.Split('.') is [var epoch, var seq] && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? new KnownPosition(epoch, number)
            : null;

    private void Move(string conversation, KnownPosition position)
    {
        _now[conversation] = position;
        if (!_changed.Contains(conversation))
        {
            _changed.Add(conversation);
        }
    }

    private int WriteOffset(Span<byte> offset)
    {
        Utf8Formatter.TryFormat(Base, offset, out int n);
        foreach (string conversation in _changed)
        {
            KnownPosition position = _now[conversation];
            offset[n++] = (byte)';';
            n += Encoding.ASCII.GetBytes(conversation, offset[n..]);
            offset[n++] = (byte)'=';
            n += Encoding.ASCII.GetBytes(position.Epoch, offset[n..]);
            offset[n++] = (byte)'.';
            Utf8Formatter.TryFormat(position.Seq, offset[n..], out int digits);
            n += digits;
        }

        return n;
    }
}
