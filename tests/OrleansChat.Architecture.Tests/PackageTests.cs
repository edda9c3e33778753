using System.Xml.Linq;

namespace OrleansChat.Architecture.Tests;

public sealed class PackageTests
{
    private static readonly XDocument Central = Repository.Xml("Directory.Packages.props");

    [Fact]
    public void Every_package_has_one_exact_version_in_the_central_list()
    {
        Dictionary<string, string> properties = Central.Descendants("PropertyGroup").Elements().ToDictionary(item => $"$({item.Name.LocalName})", item => item.Value);
        foreach (XElement package in Central.Descendants("PackageVersion"))
        {
            string version = (string)package.Attribute("Version")!;
            Assert.Matches(@"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$", properties.GetValueOrDefault(version, version));
        }
    }

    [Fact]
    public void Every_reference_takes_its_version_from_the_central_list()
    {
        HashSet<string> listed = [.. Central.Descendants("PackageVersion").Select(package => (string)package.Attribute("Include")!)];
        foreach (string path in ProjectFiles())
        {
            foreach (XElement reference in Repository.Xml(path).Descendants("PackageReference"))
            {
                Assert.True(reference.Attribute("Version") is null && reference.Attribute("VersionOverride") is null, $"{path} gives {reference} a version of its own");
                Assert.True(listed.Contains((string)reference.Attribute("Include")!), $"{path}: {reference} is not in Directory.Packages.props");
            }
        }
    }

    [Fact]
    public void No_two_engines_pin_a_package_twice_for_the_same_engine()
    {
        foreach (IGrouping<string, XElement> group in Central.Descendants("PackageVersion").GroupBy(package => (string)package.Attribute("Include")!))
        {
            string?[] conditions = [.. group.Select(package => (string?)package.Parent!.Attribute("Condition"))];
            Assert.Distinct(conditions);
            Assert.True(conditions.Length == 1 || !conditions.Contains(null), $"{group.Key} is pinned for every engine and again for one");
        }
    }

    private static IEnumerable<string> ProjectFiles() =>
        new[] { "src", "tests", "bench" }
            .SelectMany(folder => Repository.Files(folder, "*.csproj").Concat(Repository.Files(folder, "*.props")));
}
