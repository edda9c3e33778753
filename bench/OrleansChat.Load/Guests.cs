using OrleansChat.Client;

namespace OrleansChat.Load;

/// <summary>Makes the users of a run. Guests: they need no password hash, and leave nothing behind.</summary>
internal sealed class Guests : IDisposable
{
    private const int Concurrency = 16;
    private readonly HttpClient[] _http;
    private readonly LoadOptions _options;

    public Guests(LoadOptions options)
    {
        _options = options;
        _http = [.. options.Urls.Select(url => new HttpClient { BaseAddress = url })];
    }

    /// <summary>Makes guests and connects each at once, because a guest's name is held for 30 s only. Calls back once per connection.</summary>
    public async Task<T[]> ConnectAsync<T>(int count, Func<int, string, LoadConnection, Task<T>> connected, CancellationToken cancel, int first = 0)
    {
        var all = new T[count];
        await ForEachAsync(count, async (index, stop) =>
        {
            var token = await CreateAsync(first + index, stop);
            var connection = await LoadConnection.ConnectAsync(_options.UrlOf(index), token.Token, stop);
            all[index] = await connected(index, token.Name, connection);
        }, cancel);
        return all;
    }

    /// <summary>Some at once: as many as a server takes without a queue of its own.</summary>
    public static Task ForEachAsync(int count, Func<int, CancellationToken, ValueTask> body, CancellationToken cancel)
        => Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancel }, body);

    public void Dispose()
    {
        foreach (var http in _http)
        {
            http.Dispose();
        }
    }

    /// <summary>Makes one guest.</summary>
    /// <exception cref="LoadException">The server makes none.</exception>
    public Task<ChatToken> CreateAsync(int index, CancellationToken cancel) => CreateAsync(_options.UrlOf(index), _options.Name(index), cancel);

    /// <summary>Makes one guest on a node, under a name.</summary>
    /// <exception cref="LoadException">The server makes none.</exception>
    public async Task<ChatToken> CreateAsync(Uri url, string name, CancellationToken cancel)
    {
        var rest = new ChatRest(_http[Array.IndexOf(_options.Urls, url)]);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await rest.CreateGuestAsync(name, cancel);
            }
            catch (ChatException refused) when (refused.Retry && attempt < 10)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt), cancel);
            }
            catch (ChatException refused)
            {
                throw new LoadException($"No guest can be made: {refused.Message} (the server needs --guests true, and --limits off for load)", refused);
            }
        }
    }
}
