namespace OrleansChat.Server;
internal static class ChatEngine { public const string Name = "Embedded"; }
