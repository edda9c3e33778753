using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansChat.Gateway.FrontEnds.SignalR;

/// <summary>The parameters of a hub's method.</summary>
internal static class HubParameters
{
    /// <summary>
    /// The hub's protocol takes texts unread, and over binary frames and long-polling nobody before it has looked at them: commands rely on UTF-8.
    /// </summary>
    /// <exception cref="Microsoft.AspNetCore.SignalR.HubException">They are not UTF-8.</exception>
    public static JsonElement Check(JsonElement parameters) =>
        Utf8.IsValid(JsonMarshal.GetRawUtf8Value(parameters))
            ? parameters
            : throw HubAnswer.Refusal(ChatError.BadRequest.Because("The parameters are not UTF-8."));
}
