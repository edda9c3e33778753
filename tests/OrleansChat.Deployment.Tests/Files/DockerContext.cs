using System.IO.Enumeration;

namespace OrleansChat.Deployment.Tests.Files;

/// <summary>What a build of the image gets to see of the repository: everything that <c>.dockerignore</c> does not leave out.</summary>
internal static class DockerContext
{
    private static readonly string[] Patterns =
        [.. Repository.Read(".dockerignore").ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];

    /// <summary>Paths of files, relative to the repository.</summary>
    public static IEnumerable<string> Files() => Files(string.Empty);

    private static IEnumerable<string> Files(string folder)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(Repository.Path(folder)).EnumerateFileSystemInfos())
        {
            string path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (!IsLeftOut(path))
            {
                foreach (string file in entry is DirectoryInfo ? Files(path) : [path])
                {
                    yield return file;
                }
            }
        }
    }

    // The last pattern that fits decides. What lies in a folder that was taken in again is in too.
    private static bool IsLeftOut(string path)
    {
        bool leftOut = false;
        foreach (string pattern in Patterns)
        {
            bool takesIn = pattern[0] == '!';
            if (Fits(takesIn ? pattern[1..] : pattern, path))
            {
                leftOut = !takesIn;
            }
        }

        return leftOut;
    }

    private static bool Fits(string pattern, string path) =>
        pattern.StartsWith("**/", StringComparison.Ordinal) ? path.Split('/').Contains(pattern[3..])
        : pattern == "*" || path == pattern || path.StartsWith(pattern + "/", StringComparison.Ordinal) || FileSystemName.MatchesSimpleExpression(pattern, path);
}
