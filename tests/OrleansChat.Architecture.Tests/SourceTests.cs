using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansChat.Architecture.Tests;

public sealed partial class SourceTests
{
    private const int LongestFile = 400;

    [Fact]
    public void No_source_file_has_more_than_400_lines() =>
        Assert.DoesNotContain(Repository.CSharp("src").Concat(Repository.CSharp("tests")), path => Repository.Read(path).Split('\n').Length - 1 > LongestFile);

    [Fact]
    public void Engines_are_told_apart_by_files_and_never_by_conditions_in_code() =>
        Assert.DoesNotContain(Repository.CSharp("src"), path => Condition().IsMatch(Repository.Read(path)));

    [Fact]
    public void Tests_never_sleep() =>
        Assert.DoesNotContain(Repository.CSharp("tests"), path => Sleep().IsMatch(Repository.Read(path)));

    [Fact]
    public void Every_Lua_script_is_embedded_as_it_stands_in_the_repository()
    {
        Assembly redis = Assembly.Load("OrleansChat.Redis");
        IReadOnlyList<string> scripts = Repository.Files("src/OrleansChat.Redis/Scripts", "*.lua");

        Assert.NotEmpty(scripts);
        Assert.Equal(scripts.Select(Path.GetFileName), redis.GetManifestResourceNames().Where(name => name.EndsWith(".lua", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(scripts, path =>
        {
            using StreamReader embedded = new(redis.GetManifestResourceStream(Path.GetFileName(path))!);
            Assert.Equal(Repository.Read(path), embedded.ReadToEnd());
        });
    }

    [GeneratedRegex(@"^\s*#(if|elif)\b", RegexOptions.Multiline)]
    private static partial Regex Condition();

    // Waiting for ever, until cancelled, is no sleep; nor is waiting on a clock that the test drives; nor is this file, which has to
    // name what it looks for.
    [GeneratedRegex(@"Thread\.Sleep\((?!\\)|Task\.Delay\((?!Timeout\.Infinite|\\|[^;]*\.Scheduler\.Time\))")]
    private static partial Regex Sleep();
}
