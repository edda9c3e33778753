namespace OrleansChat.Client.Tests;

/// <summary>Two nodes, and a client that knows both.</summary>
public abstract class ClientTest : IAsyncLifetime
{
    protected const string Dm = "dm:alice:bob";

    private protected ScriptedServer First { get; private set; } = null!;

    private protected ScriptedServer Second { get; private set; } = null!;

    private protected ChatClient Client { get; private set; } = null!;

    private protected virtual ChatClientOptions Options => new()
    {
        Addresses = [First.Address, Second.Address],
        Token = "t",
        FirstBackoff = TimeSpan.FromMilliseconds(2),
        MaxBackoff = TimeSpan.FromMilliseconds(20),
    };

    public async ValueTask InitializeAsync()
    {
        First = await ScriptedServer.StartAsync();
        Second = await ScriptedServer.StartAsync();
        Client = new ChatClient(Options);
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await Client.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Connects to the first node, where the conversations are as given.</summary>
    private protected async Task<ScriptedSession> ConnectAsync(string summaries = "")
    {
        var connecting = Client.ConnectAsync();
        var session = await First.AcceptSyncedAsync(summaries);
        await connecting.Soon();
        return session;
    }
}
