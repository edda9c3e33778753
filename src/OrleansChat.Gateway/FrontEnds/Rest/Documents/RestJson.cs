using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansChat.Gateway.FrontEnds.Rest.Documents;

/// <summary>How the records of this folder look as JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(Registration))]
[JsonSerializable(typeof(SignIn))]
[JsonSerializable(typeof(GuestName))]
[JsonSerializable(typeof(PasswordChange))]
[JsonSerializable(typeof(TokenDocument))]
[JsonSerializable(typeof(SessionPage))]
[JsonSerializable(typeof(ProfileUpdate))]
[JsonSerializable(typeof(PeoplePage))]
[JsonSerializable(typeof(NewMessage))]
[JsonSerializable(typeof(MessageEdit))]
[JsonSerializable(typeof(Mark))]
[JsonSerializable(typeof(Peer))]
[JsonSerializable(typeof(SentDocument))]
[JsonSerializable(typeof(PositionDocument))]
[JsonSerializable(typeof(HistoryDocument))]
[JsonSerializable(typeof(MessagePage))]
[JsonSerializable(typeof(ConversationList))]
[JsonSerializable(typeof(UnseenList))]
[JsonSerializable(typeof(ReceiptPage))]
[JsonSerializable(typeof(NewGroup))]
[JsonSerializable(typeof(GroupUpdate))]
[JsonSerializable(typeof(GroupPage))]
[JsonSerializable(typeof(MemberPage))]
[JsonSerializable(typeof(NamePage))]
[JsonSerializable(typeof(Membership))]
[JsonSerializable(typeof(Mute))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class RestJson : JsonSerializerContext
{
    /// <summary>The members of a record, named as in JSON.</summary>
    public static IList<JsonPropertyInfo> MembersOf(Type record) =>
        Default.GetTypeInfo(record)?.Properties ?? throw new InvalidOperationException($"{record.Name} is not among the documents.");
}
