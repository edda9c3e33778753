namespace OrleansChat.Gateway.FrontEnds.Rest.Table;

/// <summary>Every endpoint.</summary>
internal static class RestTable
{
    public static IReadOnlyList<RestEndpoint> All { get; } =
        [.. AccountEndpoints.Rows, .. PeopleEndpoints.Rows, .. ConversationEndpoints.Rows, .. GroupEndpoints.Rows];
}
