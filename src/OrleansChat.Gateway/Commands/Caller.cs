using OrleansChat.Gateway.Sessions;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Commands;

/// <summary>Who a command comes from: proven by a token, never by a parameter.</summary>
/// <param name="Actor">The identity that goes with grain calls.</param>
/// <param name="Token">The token that proved it.</param>
/// <param name="Session">The live session; null for a single request (REST).</param>
internal sealed record Caller(Actor Actor, TokenClaims Token, ChatSession? Session = null)
{
    public string User => Actor.User;
}
