namespace OrleansChat.Load;

/// <summary>One line on standard error, for a person who waits; silent when nobody looks.</summary>
internal static class Progress
{
    public static void Show(string text)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r\e[K{text}");
        }
    }

    public static void Clear() => Show("");
}
