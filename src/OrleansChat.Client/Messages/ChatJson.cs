using System.Text.Json.Serialization;

namespace OrleansChat.Client;

/// <summary>The wire's JSON, serialised without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(ChatMessage))]
[JsonSerializable(typeof(ChatSummary))]
[JsonSerializable(typeof(ChatError))]
[JsonSerializable(typeof(OutgoingMessage))]
[JsonSerializable(typeof(SendAck))]
[JsonSerializable(typeof(ChangePosition))]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(SyncResult))]
[JsonSerializable(typeof(ChatReceipt))]
[JsonSerializable(typeof(ChatUser))]
[JsonSerializable(typeof(GroupMember))]
[JsonSerializable(typeof(ChatGroup))]
[JsonSerializable(typeof(SessionInfo))]
[JsonSerializable(typeof(TypingEvent))]
[JsonSerializable(typeof(ReceiptEvent))]
[JsonSerializable(typeof(PresenceEvent))]
[JsonSerializable(typeof(ConversationRemovedEvent))]
[JsonSerializable(typeof(ByeEvent))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(ChatToken))]
internal sealed partial class ChatJson : JsonSerializerContext;
