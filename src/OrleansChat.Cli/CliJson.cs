using System.Text.Json.Serialization;
using OrleansChat.Cli.Accounts;
using OrleansChat.Client;

namespace OrleansChat.Cli;

/// <summary>What the program itself says with <c>--json</c>; events and messages keep the server's form.</summary>
internal sealed record AccountLine(string User, bool SignedIn, IReadOnlyList<Uri> Server);

internal sealed record ContactLine(string User, bool Contact);

internal sealed record UnseenLine(string From, string Conversation, long Unseen);

internal sealed record GroupLine(string Group, string Conversation, string? Title, long? Members, string? Role, long Unseen);

internal sealed record DoneLine(string Done, string Group, string? User = null, bool Pending = false);

internal sealed record NameLine(string User);

internal sealed record NoticeLine(string Ev, string Conversation, string? Epoch = null, long? Seq = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SignIn))]
[JsonSerializable(typeof(AccountLine))]
[JsonSerializable(typeof(ContactLine))]
[JsonSerializable(typeof(UnseenLine))]
[JsonSerializable(typeof(GroupLine))]
[JsonSerializable(typeof(DoneLine))]
[JsonSerializable(typeof(NameLine))]
[JsonSerializable(typeof(NoticeLine))]
[JsonSerializable(typeof(ChatUser))]
[JsonSerializable(typeof(ChatGroup))]
[JsonSerializable(typeof(GroupMember))]
[JsonSerializable(typeof(ChatMessage))]
[JsonSerializable(typeof(SendAck))]
internal sealed partial class CliJson : JsonSerializerContext;
