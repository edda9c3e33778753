using System.Net;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests.Support;

/// <summary>What came back.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, string? MediaType, string? Allow, string? Location)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The stable name in a problem document.</summary>
    public string? Problem => MediaType == "application/problem+json" ? Json.GetProperty("name").GetString() : null;

    public static async Task<Answer> OfAsync(
        HttpClient http, HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage answer = await http.SendAsync(request).WithinAsync(what: $"the answer to {method} {path}");
        return new Answer(
            answer.StatusCode,
            await answer.Content.ReadAsStringAsync().WithinAsync(what: "the body"),
            answer.Content.Headers.ContentType?.MediaType,
            answer.Content.Headers.Allow.Count == 0 ? null : string.Join(", ", answer.Content.Headers.Allow),
            answer.Headers.Location?.ToString());
    }

    public Answer Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{(int)Status} instead of {(int)status}: {Body}");
        return this;
    }

    public Answer ExpectSuccess()
    {
        Assert.True((int)Status is >= 200 and < 300, $"{(int)Status}: {Body}");
        return this;
    }

    /// <summary>A problem document (RFC 9457) with this status and name.</summary>
    public void ExpectProblem(HttpStatusCode status, string name)
    {
        Expect(status);
        Assert.Equal(name, Problem);
        Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
        Assert.True(Json.GetProperty("code").GetInt32() > 0);
    }
}

/// <summary>An item as the door writes it.</summary>
internal sealed record Item(string Queue, long Key, string Value, long Count)
{
    public static Item Of(JsonElement json)
    {
        JsonElement value = json.GetProperty("value");
        return new Item(
            json.GetProperty("queue").GetString()!,
            json.GetProperty("key").GetInt64(),
            value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(),
            json.GetProperty("count").GetInt64());
    }
}
