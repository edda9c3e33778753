namespace OrleansChat.Server.Options;

/// <summary>Options that cannot be used: one line for each, saying what is wrong and what to do.</summary>
internal sealed class ServerOptionsException(IReadOnlyList<string> lines, Exception? cause = null) : Exception(string.Join('\n', lines), cause)
{
    public IReadOnlyList<string> Lines { get; } = lines;
}
