namespace OrleansChat.Gateway.Commands;

/// <summary>A message as doors have it that know nothing but texts.</summary>
/// <param name="Conversation">Where to.</param>
/// <param name="ClientId">The client's own id of it, not checked yet; null when it gave none.</param>
/// <param name="Text">The text.</param>
internal readonly record struct PlainMessage(ConversationId Conversation, string? ClientId, string Text);

/// <summary>Reads a message from what a door's client gave. Wrong parameters are a <see cref="BadArgumentException"/>.</summary>
internal delegate PlainMessage MessageReader(Caller caller, CommandArguments given);
