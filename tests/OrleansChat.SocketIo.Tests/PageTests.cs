using System.Text.RegularExpressions;
using OrleansChat.SocketIo.Tests.Support;

namespace OrleansChat.SocketIo.Tests;

/// <summary>The chat page.</summary>
public sealed partial class PageTests(SharedServer shared)
{
    [Fact]
    public async Task The_page_loads_nothing_but_its_own_files_and_runs_no_inline_script()
    {
        using var http = new HttpClient { BaseAddress = shared.Url };
        using HttpResponseMessage page = await http.GetAsync("/lobby");
        string html = await page.Content.ReadAsStringAsync();

        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<script(?![^>]*src=)|\son\w+=|style=", html);
        foreach (Match reference in References().Matches(html))
        {
            using HttpResponseMessage file = await http.GetAsync(reference.Groups[1].Value);
            Assert.True(file.IsSuccessStatusCode, reference.Value);
        }

        foreach (string script in (string[])["/lobby/lobby.js", "/lobby/socket.js"])
        {
            string text = await http.GetStringAsync(script);
            Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document.write|eval\\(", text);
        }
    }

    [Fact]
    public async Task Every_field_of_the_page_has_a_label()
    {
        using var http = new HttpClient { BaseAddress = shared.Url };
        string html = await http.GetStringAsync("/lobby");

        foreach (Match field in Fields().Matches(html))
        {
            Assert.Contains($"<label for=\"{field.Groups[1].Value}\"", html, StringComparison.Ordinal);
        }

        Assert.Contains("width=device-width", html, StringComparison.Ordinal);
        Assert.Contains("That username is already taken! Try again.", await http.GetStringAsync("/lobby/lobby.js"), StringComparison.Ordinal);
    }

    [GeneratedRegex("(?:href|src)=\"([^\"]+)\"")]
    private static partial Regex References();

    [GeneratedRegex("<input id=\"([^\"]+)\"")]
    private static partial Regex Fields();
}
