namespace OrleansChat.Cli.Terminal;

/// <summary>What a part of a line is, from which a terminal's colour follows.</summary>
internal enum Tone
{
    Plain,

    /// <summary>The name of the signed-in user.</summary>
    Own,

    /// <summary>Somebody else's name.</summary>
    Other,

    /// <summary>Numbers, times and news on the side.</summary>
    Quiet,
}

/// <summary>A part of a line. Whatever it holds is made harmless before it is shown.</summary>
internal readonly record struct Part(string? Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Part(string? text) => new(text);

    public static Part Quiet(string text) => new(text, Tone.Quiet);
}
