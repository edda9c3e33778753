namespace OrleansChat.Redis.Connections;

/// <summary>What the text of an error that Redis answers means for the step that was asked for.</summary>
internal static class RedisErrors
{
    /// <summary>The server does not know the script: it was not run.</summary>
    public static bool IsUnknownScript(string message) => message.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    /// <summary>Nothing was done, and the same may succeed in a moment.</summary>
    public static bool IsRefusedForNow(string message) =>
        message.StartsWith("LOADING", StringComparison.Ordinal)
        || message.StartsWith("TRYAGAIN", StringComparison.Ordinal)
        || message.StartsWith("CLUSTERDOWN", StringComparison.Ordinal)
        || message.StartsWith("BUSY ", StringComparison.Ordinal)
        || message.StartsWith("MASTERDOWN", StringComparison.Ordinal)
        || IsMoved(message);

    /// <summary>Redis says no to writing; scripts write only after every check, so nothing was done.</summary>
    public static bool IsRefusal(string message) =>
        message.Contains("OOM ", StringComparison.Ordinal)
        || message.Contains("MISCONF", StringComparison.Ordinal)
        || message.Contains("READONLY", StringComparison.Ordinal)
        || message.Contains("NOREPLICAS", StringComparison.Ordinal)
        || IsRefusedForNow(message);

    // A slot is on its way to another master: the client library follows, unless that one cannot be reached yet.
    private static bool IsMoved(string message) =>
        message.StartsWith("MOVED ", StringComparison.Ordinal)
        || message.StartsWith("ASK ", StringComparison.Ordinal)
        || message.Contains("serving hashslot", StringComparison.Ordinal);
}
