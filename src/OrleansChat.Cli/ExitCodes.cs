namespace OrleansChat.Cli;

/// <summary>What a script can rely on.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Refused = 1;
    public const int Usage = 2;
    public const int Unreachable = 3;
    public const int NotSignedIn = 4;
}

/// <summary>Ends the program with one line on standard error.</summary>
internal sealed class CliException(int code, string message, Exception? cause = null) : Exception(message, cause)
{
    public int Code { get; } = code;
}
