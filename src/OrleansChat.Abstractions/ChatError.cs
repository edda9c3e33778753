using System.Collections.Frozen;
using Orleans;

namespace OrleansChat;

/// <summary>A refusal with a stable number. Values, not exceptions: they cross grain calls and reach clients as they are.</summary>
/// <param name="Code">The stable number, as in the wire contract.</param>
/// <param name="Name">The stable name, as in the wire contract.</param>
/// <param name="Message">One sentence for a person. Never contains internals.</param>
/// <param name="Retry">Whether the same request may succeed later.</param>
[GenerateSerializer, Immutable, Alias("chat.ChatError")]
public sealed record ChatError([property: Id(0)] int Code, [property: Id(1)] string Name, [property: Id(2)] string Message, [property: Id(3)] bool Retry = false)
{
    /// <summary>4000: the request does not make sense as it stands.</summary>
    public static ChatError BadRequest { get; } = new(4000, "bad_request", "The request is not valid.");

    /// <summary>4001: a part of the request exceeds its limit.</summary>
    public static ChatError TooLarge { get; } = new(4001, "too_large", "The request is larger than allowed.");

    /// <summary>4010: no valid token or password.</summary>
    public static ChatError Unauthenticated { get; } = new(4010, "unauthenticated", "Sign in first.");

    /// <summary>4030: not a member of the conversation.</summary>
    public static ChatError NotMember { get; } = new(4030, "not_member", "You are not a member of this conversation.");

    /// <summary>4031: a member, but not allowed to do this.</summary>
    public static ChatError Forbidden { get; } = new(4031, "forbidden", "You may not do this.");

    /// <summary>4032: the other person has blocked the sender.</summary>
    public static ChatError Blocked { get; } = new(4032, "blocked", "This person does not accept messages from you.");

    /// <summary>4033: the sender is muted in this group.</summary>
    public static ChatError Muted { get; } = new(4033, "muted", "You are muted in this conversation.");

    /// <summary>4034: banned from the group.</summary>
    public static ChatError Banned { get; } = new(4034, "banned", "You are banned from this group.");

    /// <summary>4040: no account has this name.</summary>
    public static ChatError NoSuchUser { get; } = new(4040, "no_such_user", "There is no user of this name.");

    /// <summary>4041: no group has this id.</summary>
    public static ChatError NoSuchConversation { get; } = new(4041, "no_such_conversation", "There is no such conversation.");

    /// <summary>4042: no message has this number, or it was deleted.</summary>
    public static ChatError NoSuchMessage { get; } = new(4042, "no_such_message", "There is no such message.");

    /// <summary>4090: a name or id is in use.</summary>
    public static ChatError NameTaken { get; } = new(4090, "name_taken", "This name is already taken.");

    /// <summary>4091: the client id was used before with other content.</summary>
    public static ChatError Conflict { get; } = new(4091, "conflict", "This client id was already used for another message.");

    /// <summary>4092: a resend that is too old to be recognised for certain.</summary>
    public static ChatError Expired { get; } = new(4092, "expired", "This resend is too old to be recognised; check the history before sending it anew.");

    /// <summary>4290: too much at once.</summary>
    public static ChatError RateLimited { get; } = new(4290, "rate_limited", "Too many requests; slow down.", Retry: true);

    /// <summary>5000: a fault of the server.</summary>
    public static ChatError Internal { get; } = new(5000, "internal", "The server failed to do this.", Retry: true);

    /// <summary>5030: storage did not answer in time; the request may have been carried out.</summary>
    public static ChatError Unavailable { get; } = new(5030, "unavailable", "The service is unavailable for a moment; repeat with the same client id.", Retry: true);

    private static readonly FrozenDictionary<int, ChatError> ByCode = new[]
    {
        BadRequest, TooLarge, Unauthenticated, NotMember, Forbidden, Blocked, Muted, Banned, NoSuchUser, NoSuchConversation,
        NoSuchMessage, NameTaken, Conflict, Expired, RateLimited, Internal, Unavailable,
    }.ToFrozenDictionary(error => error.Code);

    /// <summary>Every error of the contract.</summary>
    public static IReadOnlyCollection<ChatError> All => ByCode.Values;

    /// <summary>The error of a code that a Redis script answered. An unknown code is a fault of ours: <see cref="Internal"/>.</summary>
    public static ChatError Of(int code) => ByCode.GetValueOrDefault(code, Internal);

    /// <summary>The same error with a sentence that says more exactly what is wrong.</summary>
    public ChatError Because(string message) => this with { Message = message };
}
