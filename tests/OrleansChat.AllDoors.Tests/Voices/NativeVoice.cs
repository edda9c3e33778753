using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.AllDoors.Tests.Voices;

/// <summary>The client library on the native door.</summary>
internal sealed class NativeVoice(string name, ServerProcess server) : Voice(name)
{
    private ChatClient? _chat;
    private Task _reading = Task.CompletedTask;
    private string _conversation = string.Empty;

    public override async Task JoinAsync(string group)
    {
        _conversation = $"group:{group}";
        _chat = new ChatClient(new ChatClientOptions { Addresses = [server.Url], Token = await Rest.GuestAsync(server, Name) });
        _reading = ReadAsync(_chat);
        await _chat.ConnectAsync().WithinAsync();
        await _chat.CreateGroupAsync(group, join: "open").WithinAsync();
    }

    public override Task SayAsync(string text) => _chat!.SendAsync(_conversation, text).WithinAsync();

    public override async ValueTask DisposeAsync()
    {
        if (_chat is { } chat)
        {
            await chat.DisposeAsync();
            await _reading.WithinAsync(what: "the end of the client");
        }
    }

    private async Task ReadAsync(ChatClient chat)
    {
        await foreach (ChatEvent happened in chat.Events.ReadAllAsync())
        {
            if (happened is MessageEvent { Message: { Kind: "text" } message } && message.Conversation == _conversation)
            {
                Hear(message.Text!);
            }
        }
    }
}
