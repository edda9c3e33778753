using System.CommandLine;

namespace OrleansChat.Cli.Commands;

/// <summary>What several commands about groups take.</summary>
internal static class GroupArguments
{
    public static Argument<string> Id() => new("group") { Description = "The group: ID, or group:ID, or '#ID'." };

    /// <summary>A group's settings; what is not given stays as it is.</summary>
    internal sealed class Settings
    {
        private readonly Option<string?> _title = new("--title") { HelpName = "text", Description = "The title." };
        private readonly Option<string?> _join = new("--join") { Description = "Who gets in: everybody, who is approved, or who is invited." };
        private readonly Option<bool> _public = new("--public") { Description = "Strangers find it with 'groups find'." };
        private readonly Option<bool> _private = new("--private") { Description = "Strangers do not find it." };

        public Settings() => _join.AcceptOnlyFromAmong("open", "approval", "invite");

        public Option[] Options => [_title, _join, _public, _private];

        public string? Title(ParseResult result) => result.GetValue(_title);

        public string? Join(ParseResult result) => result.GetValue(_join);

        public bool? Public(ParseResult result) => (result.GetValue(_public), result.GetValue(_private)) switch
        {
            (true, true) => throw new CliException(ExitCodes.Usage, "--public and --private exclude each other"),
            (true, _) => true,
            (_, true) => false,
            _ => null,
        };
    }
}
