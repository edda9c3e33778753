using System.ComponentModel;

namespace OrleansChat.Gateway.FrontEnds.Rest.Documents;

// The objects of the wire as records: they describe bodies and answers in the OpenAPI document and on the docs page.

[Description("Who registers.")]
internal sealed record Registration
{
    [Description("2 to 32 of a-z, 0-9 and ._-, the first a letter or digit; upper case folds to lower.")]
    public required string Name { get; init; }

    [Description("8 to 128 characters.")]
    public required string Password { get; init; }

    [Description("Free text, up to 256 bytes.")]
    public string? DisplayName { get; init; }
}

[Description("Who signs in.")]
internal sealed record SignIn
{
    [Description("The user's name.")]
    public required string Name { get; init; }

    [Description("The user's password.")]
    public required string Password { get; init; }
}

[Description("Who comes in as a guest.")]
internal sealed record GuestName
{
    [Description("A name that nobody holds. It is free again when the guest's last connection ends.")]
    public required string Name { get; init; }
}

[Description("A change of the password.")]
internal sealed record PasswordChange
{
    [Description("The password until now.")]
    public required string Old { get; init; }

    [Description("The new one, 8 to 128 characters.")]
    public required string New { get; init; }
}

[Description("What proves who a client is. The token is a secret.")]
internal sealed record TokenDocument
{
    [Description("The user's name as the server spells it.")]
    public required string Name { get; init; }

    [Description("Goes into `Authorization: Bearer`.")]
    public required string Token { get; init; }

    [Description("When the token ends, Unix milliseconds.")]
    public required long Expires { get; init; }
}

[Description("A live connection of the caller.")]
internal sealed record SessionDocument
{
    [Description("The session's id.")]
    public required string Session { get; init; }

    [Description("The node that it is connected to.")]
    public required string Node { get; init; }

    [Description("What the client calls itself.")]
    public required string Device { get; init; }

    [Description("When it began, Unix milliseconds.")]
    public required long Since { get; init; }

    [Description("Whether the request came through it; never over REST.")]
    public required bool Current { get; init; }
}

[Description("A page of sessions.")]
internal sealed record SessionPage
{
    [Description("The sessions.")]
    public required IReadOnlyList<SessionDocument> Items { get; init; }

    [Description("Null: there is one page only.")]
    public required string? Next { get; init; }
}
