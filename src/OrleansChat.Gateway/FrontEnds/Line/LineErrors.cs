namespace OrleansChat.Gateway.FrontEnds.Line;

/// <summary>Refusals as this door spells them: the error's name in words.</summary>
internal static class LineErrors
{
    public static string Spell(ChatError error)
    {
        string reason = error.Code == ChatError.NoSuchConversation.Code ? "no such group"
            : error.Code == ChatError.NameTaken.Code ? "nick in use"
            : error.Name.Replace('_', ' ');

        // Of these two the name alone does not tell what to do better.
        return error.Code == ChatError.BadRequest.Code || error.Code == ChatError.TooLarge.Code
            ? $"ERR {reason}: {error.Message}"
            : $"ERR {reason}";
    }
}
