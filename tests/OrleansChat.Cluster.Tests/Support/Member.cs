using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Support;

using OrleansChat.Client;

/// <summary>Somebody with the reconnecting client, who knows several nodes.</summary>
internal sealed class Member : IAsyncDisposable
{
    private readonly Task _reading;

    private Member(string name, ChatClient chat)
    {
        Name = name;
        Chat = chat;
        Recorder = new Recorder(name);
        _reading = ReadAsync();
    }

    public string Name { get; }

    public ChatClient Chat { get; }

    public Recorder Recorder { get; }

    public static async Task<Member> ConnectAsync(string name, string token, IReadOnlyList<Uri> addresses)
    {
        // One unacknowledged send per conversation: then not even failures may change their order.
        Member member = new(name, new ChatClient(new ChatClientOptions
        {
            Addresses = addresses,
            Token = token,
            MaxInFlightPerConversation = 1,
            MaxBackoff = TimeSpan.FromSeconds(1),
            ConnectTimeout = TimeSpan.FromSeconds(5),
        }));
        await member.Chat.ConnectAsync().WithinAsync(what: $"the connection of {name}");
        return member;
    }

    public async ValueTask DisposeAsync()
    {
        await Chat.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (ChatEvent happened in Chat.Events.ReadAllAsync())
            {
                Recorder.Take(happened);
            }
        }
        catch (ChatClosedException closed)
        {
            Recorder.Violate($"{Name} was told not to come back: {closed.Message}");
        }
    }
}
