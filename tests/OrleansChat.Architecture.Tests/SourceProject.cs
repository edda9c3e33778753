using System.Xml.Linq;

namespace OrleansChat.Architecture.Tests;

/// <summary>One project below <c>src</c> as its project file describes it, conditions ignored: what any engine may refer to counts.</summary>
internal sealed record SourceProject(string Name, IReadOnlySet<string> Projects, IReadOnlySet<string> Packages, IReadOnlySet<string> Frameworks)
{
    public static IReadOnlyDictionary<string, SourceProject> All { get; } =
        Repository.Files("src", "*.csproj").Select(Load).ToDictionary(project => project.Name);

    /// <summary>Everything that the project can see, directly or through another.</summary>
    public IEnumerable<SourceProject> Reached() =>
        Projects.SelectMany(name => All[name].Reached().Prepend(All[name])).DistinctBy(project => project.Name);

    private static SourceProject Load(string path)
    {
        XDocument xml = Repository.Xml(path);
        IReadOnlySet<string> Named(string element) => xml.Descendants(element).Select(item => (string?)item.Attribute("Include")).OfType<string>().ToHashSet();
        return new SourceProject(
            Path.GetFileNameWithoutExtension(path),
            Named("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'))).ToHashSet(),
            Named("PackageReference"),
            Named("FrameworkReference"));
    }
}
