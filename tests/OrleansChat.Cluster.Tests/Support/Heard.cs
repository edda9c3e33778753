namespace OrleansChat.Cluster.Tests.Support;

using OrleansChat.Client;

/// <summary>What matters of one entry.</summary>
internal sealed record Heard(long Seq, string From, string? ClientId, string? Text)
{
    public static Heard Of(ChatMessage message) => new(message.Seq, message.From, message.ClientId, message.Text ?? message.Data?.GetRawText());

    public override string ToString() => $"{Seq} from {From} ({ClientId}): {Text}";
}
