using System.Net.WebSockets;
using OrleansChat.Cli.Accounts;
using OrleansChat.Client;

namespace OrleansChat.Cli.Connecting;

/// <summary>The nodes named by the user, of which any may be away.</summary>
internal sealed class Servers(IReadOnlyList<Uri> addresses)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public Task<T> RestAsync<T>(Func<ChatRest, Task<T>> call, CancellationToken cancel) => FirstAsync(async address =>
    {
        using HttpClient http = new() { BaseAddress = address, Timeout = Patience };
        return await call(new ChatRest(http));
    }, cancel);

    public Task<NativeConnection> ConnectAsync(SavedToken token, CancellationToken cancel) => FirstAsync(async address =>
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(Patience);
        return await NativeConnection.ConnectAsync(address, new NativeConnectionOptions { Token = token.Token }, late.Token);
    }, cancel);

    /// <summary>A client that stays connected, of which one attempt has succeeded: a server that is away is told at once.</summary>
    public async Task<ChatClient> StayAsync(SavedToken token, CancellationToken cancel)
    {
        await using (await ConnectAsync(token, cancel))
        {
        }

        ChatClient client = new(new ChatClientOptions { Addresses = addresses, Token = token.Token, MaxBackoff = TimeSpan.FromSeconds(2) });
        await client.ConnectAsync(cancel);
        return client;
    }

    private async Task<T> FirstAsync<T>(Func<Uri, Task<T>> call, CancellationToken cancel)
    {
        Exception? last = null;
        foreach (Uri address in addresses)
        {
            try
            {
                return await call(address);
            }
            catch (Exception away) when (!cancel.IsCancellationRequested
                && away is WebSocketException or HttpRequestException or OperationCanceledException or IOException)
            {
                last = away;
            }
        }

        throw new CliException(ExitCodes.Unreachable, $"cannot reach {string.Join(" or ", addresses)}", last);
    }
}
