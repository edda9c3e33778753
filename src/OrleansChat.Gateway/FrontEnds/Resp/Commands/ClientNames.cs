namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>What clients call themselves and their libraries.</summary>
internal static class ClientNames
{
    private const int Longest = 128;

    /// <summary>The name, if it can stand in a list of clients.</summary>
    public static string Check(string name) =>
        name.Length <= Longest && name.All(static c => c is > ' ' and <= '~')
            ? name
            : throw new RespRefusedException("ERR Client names cannot contain spaces, newlines or special characters.");
}
