using OrleansChat.Server.Options;

namespace OrleansChat.Server.Tests;

/// <summary>Reads options as the program does, from what a test hands in.</summary>
internal static class OptionsOf
{
    public static ServerOptions Read(string commandLine = "", string environment = "", params string[] folders) =>
        ServerOptionsReader.Read(new SettingSource(ServerCommandLine.Parse(Words(commandLine)).Values, Variables(environment), folders));

    public static IReadOnlyList<string> Errors(string commandLine = "", string environment = "", params string[] folders) =>
        Assert.Throws<ServerOptionsException>(() => Read(commandLine, environment, folders)).Lines;

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, string?> Variables(string text) =>
        Words(text).Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]);
}
