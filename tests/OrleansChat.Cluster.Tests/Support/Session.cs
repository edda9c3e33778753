using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Support;

using OrleansChat.Client;

/// <summary>One connection as the server made it: nothing reconnects, repairs or drops repeats, so every fault shows.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly Task _reading;

    private Session(string name, string token, NativeConnection chat, SyncResult synced, IReadOnlyDictionary<string, ChatPosition> positions)
    {
        Name = name;
        Token = token;
        Chat = chat;
        Synced = synced;
        Recorder = new Recorder($"{name}'s session");
        foreach (ChatSummary summary in synced.Conversations)
        {
            bool resumed = synced.Recovered.GetValueOrDefault(summary.Conversation);
            Recorder.Start(summary.Conversation, resumed ? positions[summary.Conversation].Seq : summary.Last);
            Epochs[summary.Conversation] = summary.Epoch;
        }

        _reading = ReadAsync();
    }

    public string Name { get; }

    public string Token { get; }

    public NativeConnection Chat { get; }

    /// <summary>The answer to the first <c>sync</c>.</summary>
    public SyncResult Synced { get; }

    public Recorder Recorder { get; }

    public Dictionary<string, string> Epochs { get; } = [];

    public static async Task<Session> OpenAsync(string name, ServerProcess node, string token, IReadOnlyDictionary<string, ChatPosition>? positions = null)
    {
        NativeConnection chat = await NativeConnection.ConnectAsync(node.Url, new NativeConnectionOptions { Token = token }).WithinAsync(what: $"the connection of {name}");
        try
        {
            positions ??= new Dictionary<string, ChatPosition>();
            return new Session(name, token, chat, await chat.SyncAsync(positions).WithinAsync(what: $"the sync of {name}"), positions);
        }
        catch
        {
            await chat.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends with an id and returns the reply, whether it is an acknowledgement or a refusal.</summary>
    public Task<NativeReply> AskToSendAsync(string conversation, string clientId, string text) =>
        Chat.AskAsync("send", writer =>
        {
            writer.WriteString("conversation", conversation);
            writer.WriteString("clientId", clientId);
            writer.WriteString("text", text);
        });

    public Task<SendAck> SendAsync(string conversation, string clientId, string text) =>
        Chat.SendAsync(new OutgoingMessage { Conversation = conversation, ClientId = clientId, Text = text });

    /// <summary>The position that this session has reached.</summary>
    public ChatPosition Position(string conversation) => new(Epochs[conversation], Recorder.Last(conversation));

    public async ValueTask DisposeAsync()
    {
        await Chat.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        await foreach (NativeObject item in Chat.Events.ReadAllAsync())
        {
            switch (item.Event)
            {
                case "message":
                    Recorder.Take(item.Json.GetProperty("message").GetProperty("conversation").GetString()!, Message(item));
                    break;
                case "conversation":
                    JsonElement summary = item.Json.GetProperty("summary");
                    lock (Epochs)
                    {
                        Epochs[summary.GetProperty("conversation").GetString()!] = summary.GetProperty("epoch").GetString()!;
                    }

                    break;
                case "conversation.removed":
                    Recorder.Take(new ConversationRemovedEvent(item.Json.GetProperty("conversation").GetString()!));
                    break;
                case "presence":
                    Recorder.Take(new PresenceEvent(item.Json.GetProperty("user").GetString()!, item.Json.GetProperty("state").GetString()!, null, null));
                    break;
                case "bye":
                    Recorder.Take(new ByeEvent(item.Json.GetProperty("code").GetInt32(), item.Json.GetProperty("reconnect").GetBoolean()));
                    break;
            }
        }
    }

    private static ChatMessage Message(NativeObject item)
    {
        JsonElement message = item.Json.GetProperty("message");
        return new ChatMessage
        {
            Seq = message.GetProperty("seq").GetInt64(),
            From = message.GetProperty("from").GetString()!,
            ClientId = message.TryGetProperty("clientId", out JsonElement id) ? id.GetString() : null,
            Text = message.TryGetProperty("text", out JsonElement text) ? text.GetString() : null,
            Data = message.TryGetProperty("data", out JsonElement data) ? data : null,
        };
    }
}
