namespace OrleansChat.Cli;

/// <summary>What a script can rely on.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The server refused, or something was not found.</summary>
    public const int Refused = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>Nobody is signed in, or the sign-in has ended.</summary>
    public const int NotSignedIn = 3;

    /// <summary>No server answered, or not in time.</summary>
    public const int Unreachable = 4;

    /// <summary>Ctrl-C in the middle of a command that has an end of its own.</summary>
    public const int Interrupted = 130;
}

/// <summary>Ends the program with one line on standard error.</summary>
internal sealed class CliException(int code, string message, Exception? cause = null) : Exception(message, cause)
{
    public int Code { get; } = code;
}
