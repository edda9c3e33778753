using System.Xml.Linq;

namespace OrleansChat.Architecture.Tests;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The C# files below a folder, without what the build writes.</summary>
    public static IReadOnlyList<string> CSharp(string folder) => Files(folder, "*.cs");

    public static IReadOnlyList<string> Files(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static XDocument Xml(string path) => XDocument.Load(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OrleansChat.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests are not below the folder of OrleansChat.sln.");
    }
}
