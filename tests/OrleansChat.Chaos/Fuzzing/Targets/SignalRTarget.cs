using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.SignalR;
using OrleansChat.Protocols.SignalR;

namespace OrleansChat.Chaos.Fuzzing.Targets;

/// <summary>
/// The handshake of the SignalR door and the messages after it. Both are the framework's; what is tried is what the door makes of
/// the parameters that come out of them, and that what it reads itself is what the framework would have read.
/// </summary>
internal static class SignalRTarget
{
    private static readonly JsonHubProtocol Protocol = new();
    private static readonly Binder Parameters = new();

    public static FuzzTarget Create() => new(
        "signalr",
        [
            "{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\"invocationId\":\"1\",\"target\":\"Send\",\"arguments\":[{\"to\":\"bob\",\"text\":\"hi\"}]}\u001e{\"type\":6}\u001e", "{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\"target\":\"Send\",\"arguments\":[{\"text\":\"\u00c3(\"}]}\u001e",
            "{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":7,\"error\":\"x\"}\u001e", "{\"protocol\":1}\u001e", "{}\u001e", "\u001e", "{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":5,\"invocationId\":\"1\"}\u001e",
        ],
        [
            "{", "}", "[", "]", "\"", ":", ",", "\u001e", "\"protocol\":\"json\"", "\"version\":", "\"type\":", "\"type\":1", "\"target\":\"Send\"", "\"arguments\":[", "\"invocationId\":", "\"streamIds\":[\"1\"]",
            "\"headers\":{}", "\"item\":1", "\"result\":1", "\"error\":\"x\"", "null", "true", "1", "\\ud800", "[[[[[[[[", "{\"a\":",
        ],
        Parse);

    private static string Parse(byte[] input)
    {
        var rest = new ReadOnlySequence<byte>(input);
        HashSet<string> kinds = [];
        bool taken = false;
        try
        {
            if (!HandshakeProtocol.TryParseRequestMessage(ref rest, out HandshakeRequestMessage? handshake))
            {
                return "more";
            }

            kinds.Add($"{handshake.Protocol == "json"} {handshake.Version == 1}");
            ReadOnlySequence<byte> ours = rest;
            while (true)
            {
                using HubInvocation? send = Take(ref ours);
                taken = send is not null;
                if (!Protocol.TryParseMessage(ref rest, Parameters, out HubMessage? message))
                {
                    break;
                }

                FuzzTarget.Demand(ours.Length == rest.Length, "messages are cut otherwise than the framework cuts them");
                FuzzTarget.Demand(send is null || IsSame(send, message), "the door reads another invocation than the framework");
                kinds.Add($"{taken}");
                kinds.Add($"{(message is InvocationMessage invocation ? $"call{invocation.Arguments.Length}{invocation.InvocationId is null}" : message.GetType().Name)}{Look(message)}");
            }

            return string.Join(' ', kinds.Order(StringComparer.Ordinal));
        }
        catch (Exception failure) when (failure is not FuzzViolation && IsFrameworks(failure))
        {
            // What the framework closes the connection for.
            FuzzTarget.Demand(!taken, "the door takes what the framework closes the connection for");
            return $"invalid {string.Join(' ', kinds.Order(StringComparer.Ordinal))}";
        }
    }

    // What the door takes for itself of the next message.
    private static HubInvocation? Take(ref ReadOnlySequence<byte> rest) =>
        HubInvocation.TryNext(ref rest, out ReadOnlyMemory<byte> bytes) && HubInvocation.TryRead(bytes, "Send"u8, out HubInvocation? send) ? send : null;

    private static bool IsSame(HubInvocation ours, HubMessage message) =>
        message is InvocationMessage { Target: "Send", Arguments: [JsonElement argument], StreamIds: null } theirs
        && (theirs.InvocationId ?? string.Empty) == (ours.Id is { } id ? JsonElement.Parse(id).GetString() : string.Empty)
        && argument.GetRawText() == ours.Argument.GetRawText();

    // The framework ends the connection for whatever its protocol throws. What is thrown out of our own code is a finding.
    private static bool IsFrameworks(Exception failure) => failure.StackTrace?.Contains("OrleansChat.Gateway", StringComparison.Ordinal) == false;

    // As the hub does with the one parameter of each method.
    private static string Look(HubMessage message)
    {
        if (message is not InvocationMessage { Arguments: [JsonElement { ValueKind: not JsonValueKind.Undefined } parameters] })
        {
            return string.Empty;
        }

        try
        {
            var arguments = new CommandArguments(HubParameters.Check(parameters));
            return $"{arguments.OptionalText("to") is null}{arguments.OptionalText("text") is null}";
        }
        catch (BadArgumentException)
        {
            return "bad";
        }
        catch (HubException)
        {
            return "refused";
        }
    }

    private sealed class Binder : IInvocationBinder
    {
        public Type GetReturnType(string invocationId) => typeof(object);

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => [typeof(JsonElement)];

        public Type GetStreamItemType(string streamId) => typeof(object);
    }
}
