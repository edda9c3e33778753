using OrleansChat.Protocols.Resp;

namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>How this door words refusals: those of Redis as Redis words them, those of the cluster by their names in capitals.</summary>
internal static class RespError
{
    public const string BadName = "ERR bad name";
    public const string BadId = "ERR Invalid stream ID specified as stream command argument";
    public const string Syntax = "ERR syntax error";
    public const string NotANumber = "ERR value is not an integer or out of range";
    public const string BadUtf8 = "ERR invalid UTF-8";
    public const string NeedStart = "ERR NEED START";

    /// <summary><c>not_member</c> becomes <c>NOTMEMBER</c>; what makes no sense is <c>ERR</c>, as everywhere in Redis.</summary>
    public static RespValue Of(ChatError error) =>
        RespValue.Error(error.Code == ChatError.BadRequest.Code
            ? $"ERR {error.Message}"
            : $"{error.Name.Replace("_", string.Empty, StringComparison.Ordinal).ToUpperInvariant()} {error.Message}");

    public static RespValue WrongCount(string command) =>
        RespValue.Error($"ERR wrong number of arguments for '{command.ToLowerInvariant()}' command");
}

/// <summary>A request makes no sense, or may not be carried out. The message begins with its code and is for the client.</summary>
internal sealed class RespRefusedException(string message) : Exception(message);
