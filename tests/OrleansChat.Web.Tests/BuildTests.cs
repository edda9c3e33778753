using System.Text.RegularExpressions;

namespace OrleansChat.Web.Tests;

/// <summary>What the build of the page makes.</summary>
public sealed partial class BuildTests
{
    private const int FirstLoad = 100 * 1024;
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");

    [Fact]
    public async Task The_first_load_takes_less_than_100_KB_of_script()
    {
        string[] scripts = await AddressesAsync(Scripts());
        Assert.NotEmpty(scripts);
        Assert.InRange(scripts.Sum(script => new FileInfo(Path.Combine(Folder, script.TrimStart('/') + ".br")).Length), 1, FirstLoad);
    }

    [Fact]
    public async Task The_page_has_no_script_or_style_inside_and_loads_only_hashed_files_of_its_own()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Folder, "index.html"));
        Assert.DoesNotMatch(InsideScripts(), page);
        Assert.DoesNotContain("<style", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" style=", page, StringComparison.OrdinalIgnoreCase);
        Assert.All(await AddressesAsync(Scripts()), address => Assert.Matches(HashedName(), address));
        Assert.All(await AddressesAsync(Styles()), address => Assert.Matches(HashedName(), address));
    }

    private static async Task<string[]> AddressesAsync(Regex pattern) =>
        [.. pattern.Matches(await File.ReadAllTextAsync(Path.Combine(Folder, "index.html"))).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("""<(?:script[^>]* src|link rel="modulepreload"[^>]* href)="([^"]+)">?""")]
    private static partial Regex Scripts();

    [GeneratedRegex("""<link rel="stylesheet"[^>]* href="([^"]+)">""")]
    private static partial Regex Styles();

    [GeneratedRegex("""<script[^>]*>[^<]""")]
    private static partial Regex InsideScripts();

    [GeneratedRegex("""^/assets/[\w.-]+-[\w-]{8}\.(?:js|css)$""")]
    private static partial Regex HashedName();
}
