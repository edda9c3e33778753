using System.Globalization;
using System.Reflection;
using System.Text;

namespace OrleansChat.Server.Options;

/// <summary>What <c>--help</c> and <c>--version</c> print.</summary>
internal static class HelpText
{
    private const string Bold = "\e[1m";
    private const string Cyan = "\e[36m";
    private const string Plain = "\e[0m";

    private static readonly string[] Examples =
    [
        "orleanschat",
        "orleanschat --http *:8080 --guests true --admin alice",
        "orleanschat --http 127.0.0.1:8081 --line off --resp off --redis 127.0.0.1:6379",
        "CHAT__REDIS=redis:6379,password=... CHAT__LIMITS__TEXT=4096 orleanschat",
    ];

    /// <param name="colours">Only where somebody looks at a terminal.</param>
    public static string Help(bool colours)
    {
        string Title(string text) => colours ? Bold + text + Plain : text;
        string Option(string text) => colours ? Cyan + text + Plain : text;

        StringBuilder help = new();
        help.Append(CultureInfo.InvariantCulture, $"{Title("OrleansChat")} - a chat server. Without options it runs on this machine only, with a Redis of its own.\n\n");
        help.Append(CultureInfo.InvariantCulture, $"{Title("Usage")}\n  orleanschat [options]\n");
        int width = Settings.All.Max(setting => Left(setting).Length) + 2;
        foreach (IGrouping<string, Setting> group in Settings.All.GroupBy(setting => setting.Group))
        {
            help.Append(CultureInfo.InvariantCulture, $"\n{Title(group.Key)}\n");
            foreach (Setting setting in group)
            {
                string left = Left(setting);
                help.Append(CultureInfo.InvariantCulture, $"  {Option(left)}{new string(' ', width - left.Length)}{setting.Help}\n");
            }
        }

        help.Append(CultureInfo.InvariantCulture, $"  {Option("--help")}{new string(' ', width - 6)}show this\n");
        help.Append(CultureInfo.InvariantCulture, $"  {Option("--health")}{new string(' ', width - 8)}ask the server that these options start whether it is ready: exit code 0 or 1\n");
        help.Append(CultureInfo.InvariantCulture, $"  {Option("--version")}{new string(' ', width - 9)}show the version\n");
        help.Append(CultureInfo.InvariantCulture, $"\n{Title("Elsewhere")}\n");
        help.Append(CultureInfo.InvariantCulture, $"  Each option can also be an environment variable ({Settings.Http.EnvironmentName}, {Settings.Redis.EnvironmentName},\n");
        help.Append(CultureInfo.InvariantCulture, $"  {LimitSetting.Text.Setting.EnvironmentName} for --{LimitSetting.Text.Setting.Name}) or stand in the Chat section of an appsettings.json\n");
        help.Append("  beside the program or in the working directory. The command line wins, then the environment.\n");
        help.Append(CultureInfo.InvariantCulture, $"\n{Title("Examples")}\n");
        foreach (string example in Examples)
        {
            help.Append(CultureInfo.InvariantCulture, $"  {example}\n");
        }

        return help.ToString();
    }

    public static string Version()
    {
        string version = typeof(HelpText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        return $"OrleansChat {version.Split('+')[0]} ({ChatEngine.Name} engine)";
    }

    private static string Left(Setting setting) => $"--{setting.Name} <{setting.Value}>";
}
