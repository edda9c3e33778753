using System.Net.WebSockets;
using OrleansChat.Client;

namespace OrleansChat.Cli.Accounts;

/// <summary>The nodes that the user named, of which any may be away.</summary>
internal sealed class Servers(IReadOnlyList<Uri> addresses)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly Uri Default = new("http://127.0.0.1:8080/");

    /// <summary>As they were given.</summary>
    public IReadOnlyList<Uri> Addresses => addresses;

    /// <summary>The ones given, else those of <c>CHAT_SERVER</c>, else those of the sign-in, else the one on this machine.</summary>
    public static Servers Choose(IReadOnlyList<string> given, string? environment, Func<IReadOnlyList<Uri>?> remembered)
    {
        string[] named = [.. (given.Count > 0 ? given : [environment ?? ""])
            .SelectMany(one => one.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        return new Servers(named.Length > 0 ? [.. named.Select(Parse)] : remembered() is { Count: > 0 } kept ? kept : [Default]);
    }

    /// <summary>Calls the first node that answers.</summary>
    public Task<T> RestAsync<T>(Func<ChatRest, Task<T>> call, CancellationToken cancel) => FirstAsync(async address =>
    {
        using HttpClient http = new() { BaseAddress = address, Timeout = Patience };
        return await call(new ChatRest(http));
    }, cancel);

    /// <summary>Connects to the first node that answers, for a command or two.</summary>
    public Task<NativeConnection> ConnectAsync(SignIn signIn, CancellationToken cancel) => FirstAsync(async address =>
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(Patience);
        return await NativeConnection.ConnectAsync(address, new NativeConnectionOptions { Token = signIn.Token }, late.Token);
    }, cancel);

    /// <summary>Connects and stays: a connection that is lost later is sought again at every node, for as long as it takes.</summary>
    public async Task<ChatClient> StayAsync(SignIn signIn, CancellationToken cancel)
    {
        ChatClient client = new(new ChatClientOptions
        {
            Addresses = addresses,
            Token = signIn.Token,
            FirstAttempts = addresses.Count,
            ConnectTimeout = Patience,
            MaxBackoff = TimeSpan.FromSeconds(3),
            // Lines are stored in the order in which they were typed, whatever happens to one of them.
            MaxInFlightPerConversation = 1,
        });
        try
        {
            await client.ConnectAsync(cancel);
            return client;
        }
        catch (Exception failed)
        {
            await client.DisposeAsync();
            if (failed is ChatClosedException { Close.MayReconnect: true })
            {
                throw Unreachable(failed);
            }

            throw;
        }
    }

    private static Uri Parse(string text)
    {
        string whole = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(whole.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new CliException(ExitCodes.Usage, $"'{text}' is no server address: write one like http://127.0.0.1:8080");
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
            catch (Exception away) when (!cancel.IsCancellationRequested && IsAway(away))
            {
                last = away;
            }
        }

        throw Unreachable(last);
    }

    private static bool IsAway(Exception failed) =>
        failed is WebSocketException or HttpRequestException or OperationCanceledException or IOException or ChatClosedException { Close.MayReconnect: true };

    private CliException Unreachable(Exception? cause) =>
        new(ExitCodes.Unreachable, $"no server answers at {string.Join(" or ", addresses)}: start one, or name another with --server", cause);
}
