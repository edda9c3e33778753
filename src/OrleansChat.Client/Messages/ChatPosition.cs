namespace OrleansChat.Client;

/// <summary>How far a client has come in one conversation: everything up to <paramref name="Seq"/> of that log was delivered.</summary>
/// <param name="Epoch">Names the log. Under another epoch the same number is another message, so the client has to reload.</param>
/// <param name="Seq">The last number delivered; 0 before the first message.</param>
public sealed record ChatPosition(string Epoch, long Seq);
