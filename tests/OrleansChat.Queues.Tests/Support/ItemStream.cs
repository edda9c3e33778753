using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests.Support;

/// <summary>An endless answer of <c>GET /c</c>, read line by line as it comes.</summary>
internal sealed class ItemStream : IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _reader;
    private Task<string?>? _reading;

    private ItemStream(HttpResponseMessage answer, StreamReader reader)
    {
        _answer = answer;
        _reader = reader;
    }

    public string? MediaType => _answer.Content.Headers.ContentType?.MediaType;

    public static async Task<ItemStream> OpenAsync(HttpClient http, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WithinAsync(what: $"the head of {path}");
        answer.EnsureSuccessStatusCode();
        return new ItemStream(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next line; null at the end.</summary>
    public async Task<string?> LineAsync(TimeSpan? deadline = null)
    {
        Task<string?> reading = _reading ??= _reader.ReadLineAsync();
        string? line = await reading.WithinAsync(deadline, "the next line");
        _reading = null;
        return line;
    }

    public async Task<Item> NextAsync(TimeSpan? deadline = null) =>
        Item.Of(JsonElement.Parse(await LineAsync(deadline) ?? throw new EndOfStreamException("The stream has ended.")));

    public async Task<Item[]> NextAsync(int count)
    {
        var items = new Item[count];
        for (int i = 0; i < count; i++)
        {
            items[i] = await NextAsync();
        }

        return items;
    }

    /// <summary>Whether a line is here already; begins to read one.</summary>
    public bool HasLine() => (_reading ??= _reader.ReadLineAsync()).IsCompleted;

    public void Dispose()
    {
        _answer.Dispose();
        _reader.Dispose();
    }
}
