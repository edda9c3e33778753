using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest;

public sealed class DescriptionTests
{
    [Fact]
    public async Task OpenApi_document_has_every_endpoint_with_its_parameters_bodies_and_answers()
    {
        await using RestHost host = await RestHost.StartAsync();
        JsonElement document = await DocumentAsync(host);

        Assert.Equal(
            RestTable.All.Select(row => $"{row.Method.ToLowerInvariant()} /api/v1{row.Route}").Order(StringComparer.Ordinal),
            document.GetProperty("paths").EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name} {path.Name}")).Order(StringComparer.Ordinal));
        Assert.All(RestTable.All, row =>
        {
            JsonElement operation = document.GetProperty("paths").GetProperty("/api/v1" + row.Route).GetProperty(row.Method.ToLowerInvariant());
            Assert.Equal(row.Summary, operation.GetProperty("summary").GetString());
            Assert.Equal(!row.Anonymous, operation.TryGetProperty("security", out _));
            Assert.Equal(row.Body is not null, operation.TryGetProperty("requestBody", out _));
            Assert.Equal(
                row.Path.Concat(row.Query).Concat(row.Headers).Select(parameter => parameter.Name),
                operation.TryGetProperty("parameters", out JsonElement parameters)
                    ? parameters.EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString())
                    : []);
            JsonElement responses = operation.GetProperty("responses");
            Assert.Equal(
                row.Answer is not null, responses.GetProperty($"{row.Success}").TryGetProperty("content", out _));
            Assert.True(responses.GetProperty("503").GetProperty("content").TryGetProperty("application/problem+json", out _));
        });
    }

    [Fact]
    public async Task OpenApi_document_refers_only_to_what_it_has()
    {
        await using RestHost host = await RestHost.StartAsync();
        JsonElement document = await DocumentAsync(host);

        Assert.All(References(document), reference =>
        {
            Assert.StartsWith("#/", reference, StringComparison.Ordinal);
            JsonElement at = document;
            foreach (string part in reference[2..].Split('/'))
            {
                Assert.True(at.TryGetProperty(part, out at), reference);
            }
        });
    }

    [Fact]
    public async Task OpenApi_schema_says_what_a_message_needs()
    {
        await using RestHost host = await RestHost.StartAsync();
        JsonElement schemas = (await DocumentAsync(host)).GetProperty("components").GetProperty("schemas");

        JsonElement sent = schemas.GetProperty("Sent");
        Assert.Equal(
            ["conversation", "epoch", "seq", "at"], sent.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("integer", sent.GetProperty("properties").GetProperty("seq").GetProperty("type").GetString());
        Assert.Equal("The message's number.", sent.GetProperty("properties").GetProperty("seq").GetProperty("description").GetString());
    }

    [Fact]
    public async Task Docs_page_has_every_endpoint_and_error()
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync("GET", "../../docs");
        string page = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.All(RestTable.All, row => Assert.Contains(
            $"<span class=\"method\">{row.Method}</span><code>{row.Route}</code>", page, StringComparison.Ordinal));
        Assert.All(ChatError.All, error => Assert.Contains($"id=\"{error.Name}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Docs_page_leads_only_to_what_it_has()
    {
        await using RestHost host = await RestHost.StartAsync();
        using HttpResponseMessage response = await host.SendAsync("GET", "../../docs");
        string page = await response.Content.ReadAsStringAsync();

        Assert.All(page.Split("href=\"#").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]).Distinct(), anchor =>
            Assert.Contains($"id=\"{anchor}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Docs_page_runs_no_script_and_asks_no_other_server()
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync("GET", "../../docs");
        using HttpResponseMessage style = await host.SendAsync("GET", "../../docs.css");
        string page = await response.Content.ReadAsStringAsync();

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page, StringComparison.OrdinalIgnoreCase);
        Assert.All(page.Split("href=\"").Skip(1), target => Assert.True(target[0] is '#' or '/' && target[1] != '/', target[..20]));
        Assert.StartsWith("default-src 'none'; style-src 'self'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("text/css; charset=utf-8", style.Content.Headers.ContentType?.ToString());
    }

    private static async Task<JsonElement> DocumentAsync(RestHost host)
    {
        using HttpResponseMessage response = await host.SendAsync("GET", "../../openapi/v1.json");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        return await response.JsonAsync();
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name == "$ref" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
