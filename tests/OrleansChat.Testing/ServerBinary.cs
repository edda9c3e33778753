namespace OrleansChat.Testing;

/// <summary>Finds the built server: beside the tests when their project refers to it, else in the output of its own project.</summary>
internal static class ServerBinary
{
    private const string FileName = "OrleansChat.Server.dll";

    public static string Path { get; } = Find();

    /// <summary>The <c>dotnet</c> that runs it, found before a test changes the path of the process.</summary>
    public static string Host { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .Select(folder => System.IO.Path.Combine(folder, "dotnet"))
            .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException("dotnet is not in the PATH.");

    private static string Find()
    {
        DirectoryInfo own = new(AppContext.BaseDirectory);
        string beside = System.IO.Path.Combine(own.FullName, FileName);
        if (File.Exists(beside))
        {
            return beside;
        }

        // artifacts/E/bin/X/release -> artifacts/E/bin/OrleansChat.Server/release
        string together = System.IO.Path.Combine(own.Parent!.Parent!.FullName, "OrleansChat.Server", own.Name, FileName);
        if (File.Exists(together))
        {
            return together;
        }

        // tests/X/bin/Release/net10.0 -> src/OrleansChat.Server/bin/Release/net10.0
        for (DirectoryInfo? folder = own; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "OrleansChat.sln")))
            {
                string built = System.IO.Path.Combine(
                    folder.FullName, "src", "OrleansChat.Server", "bin", own.Parent!.Name, own.Name, FileName);
                return File.Exists(built)
                    ? built
                    : throw new FileNotFoundException($"Build the server first: dotnet build -c {own.Parent!.Name} src/OrleansChat.Server", built);
            }
        }

        throw new FileNotFoundException("The tests are not in the repository, and the server is not beside them.", FileName);
    }
}
