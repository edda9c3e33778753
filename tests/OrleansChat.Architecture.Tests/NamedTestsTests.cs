using System.Text.RegularExpressions;

namespace OrleansChat.Architecture.Tests;

/// <summary>The pages that promise something name the tests that try it: they exist.</summary>
public sealed partial class NamedTestsTests
{
    [Theory]
    [InlineData("docs/security.md")]
    [InlineData("docs/reliability.md")]
    [InlineData("docs/scale.md")]
    public void Every_test_that_a_page_names_exists(string page)
    {
        HashSet<string> classes = [.. Repository.CSharp("tests").SelectMany(file => Classes().Matches(Repository.Read(file)).Select(found => found.Groups[1].Value))];
        string[] named = [.. Named().Matches(Repository.Read(page)).Select(found => found.Groups[1].Value).Distinct()];

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(classes));
    }

    [GeneratedRegex(@"\bclass (\w+(?:Tests|Specification))\b")]
    private static partial Regex Classes();

    [GeneratedRegex(@"`(\w+(?:Tests|Specification))`")]
    private static partial Regex Named();
}
