using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansChat.Chaos.Clients;

/// <summary>A program that sends over REST with an idempotency key and reads Server-Sent Events, resumed by the last id on any node.</summary>
internal sealed class RestActor(string client, string token, IReadOnlyList<Uri> nodes, Recorder recorder, double perSecond, CancellationToken end)
    : DoorActor(client, nodes, recorder, perSecond, end)
{
    private string? _lastId;

    protected override async Task VisitAsync(Uri node, string session, CancellationToken over)
    {
        using HttpClient http = new() { BaseAddress = node, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/events");
        if (_lastId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", _lastId);
        }

        using HttpResponseMessage events = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, over).WaitAsync(Patience, over);
        events.EnsureSuccessStatusCode();
        using StreamReader reader = new(await events.Content.ReadAsStreamAsync(over));
        await FirstOfAsync(
            over,
            cancel => ReadAsync(reader, session, cancel),
            cancel => SendAsync(session, (id, text, stop) => PostAsync(http, id, text, stop), cancel));
    }

    private async Task ReadAsync(StreamReader reader, string session, CancellationToken over)
    {
        (string? name, string? data, string? id) = (null, null, null);

        // A comment comes every 15 s when nothing else does.
        while (await reader.ReadLineAsync(over).AsTask().WaitAsync(TimeSpan.FromSeconds(20), over) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = line[6..];
            }
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.Length == 0)
            {
                Heard(session, name, data);
                _lastId = id ?? _lastId;
                (name, data, id) = (null, null, null);
            }
        }
    }

    private void Heard(string session, string? name, string? data)
    {
        if (name == "sync")
        {
            Synced(session, JsonElement.Parse(data!));
        }
        else if (name == "message")
        {
            Take(session, JsonElement.Parse(data!).GetProperty("message"));
        }
    }

    private static async Task<Sent> PostAsync(HttpClient http, string id, string text, CancellationToken over)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"/api/v1/conversations/{Group}/messages");
        request.Content = JsonContent.Create(new { text });
        request.Headers.Add("Idempotency-Key", id);
        using HttpResponseMessage answer = await http.SendAsync(request, over);
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(over);
        return answer.IsSuccessStatusCode ? Sent.Taken(body) : new Sent($"http {(int)answer.StatusCode}", answer.StatusCode >= System.Net.HttpStatusCode.InternalServerError || (int)answer.StatusCode == 429);
    }
}
