using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Primitives;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Documents;
using OrleansChat.Gateway.FrontEnds.Rest.Table;

namespace OrleansChat.Gateway.FrontEnds.Rest.Requests;

/// <summary>Runs a native command by name: <see cref="ChatCommands.ExecuteAsync"/>.</summary>
internal delegate Task<CommandResult> CommandExecutor(Caller caller, string command, JsonElement arguments);

/// <summary>One request to an endpoint of the table.</summary>
internal sealed class RestRequest(HttpContext http, RestEndpoint endpoint, Caller? caller, JsonElement body, CommandExecutor execute)
{
    /// <summary>Who asks.</summary>
    public Caller Caller => caller ?? throw new InvalidOperationException($"{endpoint.Name} does not ask for a token.");

    /// <summary>The members of the body.</summary>
    public CommandArguments Body => new(body);

    public T Get<T>()
        where T : notnull => http.RequestServices.GetRequiredService<T>();

    public Task<CommandResult> ExecuteAsync(string command, JsonElement arguments) => execute(Caller, command, arguments);

    /// <summary>Runs the command of the row with what the route, the query and the body say.</summary>
    public async Task<RestAnswer> RunAsync(string command) => Answer(await ExecuteAsync(command, Arguments().Build()));

    /// <summary>The answer that the row foresees for a command's result.</summary>
    public RestAnswer Answer(CommandResult result)
    {
        if (result.Error is { } error)
        {
            return error;
        }

        if (endpoint.Answer is null)
        {
            return RestAnswer.Done;
        }

        if (endpoint.Location is not { } location)
        {
            return new RestAnswer(endpoint.Success, result.Ok);
        }

        JsonElement made = JsonElement.Parse(result.Ok.Span);
        bool repeated = made.TryGetProperty("duplicate", out JsonElement duplicate) && duplicate.ValueKind == JsonValueKind.True;
        return new RestAnswer(
            repeated ? endpoint.Repeat ?? endpoint.Success : endpoint.Success, result.Ok, Location: RestEndpoints.Base + location(made));
    }

    /// <summary>What the route, the query and the body say, as far as the row names it. The body cannot overrule the route: their names differ.</summary>
    public CommandJson Arguments()
    {
        var arguments = new CommandJson();
        foreach (RestParameter parameter in endpoint.Path)
        {
            Add(arguments, parameter, RouteText(parameter.Name));
        }

        foreach (RestParameter parameter in endpoint.Query)
        {
            if (Single(http.Request.Query[parameter.Name], parameter.Name) is { } text)
            {
                Add(arguments, parameter, text);
            }
        }

        if (endpoint.Constant is { } constant)
        {
            arguments.Add(constant.Name, constant.Value);
        }

        if (endpoint.Body is not null)
        {
            foreach (JsonPropertyInfo member in RestJson.MembersOf(endpoint.Body))
            {
                if (body.TryGetProperty(member.Name, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
                {
                    arguments.Add(member.Name, value);
                }
            }
        }

        return arguments;
    }

    /// <summary>A parameter of the route as it stands there.</summary>
    public string RouteText(string name) =>
        http.Request.RouteValues[name] as string ?? throw new InvalidOperationException($"{endpoint.Name} has no {name} in its route.");

    /// <summary>A whole number in the route.</summary>
    public long RouteNumber(string name) => Number(name, RouteText(name));

    /// <summary>A user name in the route, in its stored form.</summary>
    public string RouteUser(string name) =>
        Names.TryUser(RouteText(name), out string? user) ? user : throw new BadArgumentException($"{name} is not a user name.");

    /// <summary>A parameter of the query that may be there once; null when it is not.</summary>
    public string? QueryText(string name) => Single(http.Request.Query[name], name);

    /// <summary>A header that may be there once; null when it is not.</summary>
    public string? Header(string name) => Single(http.Request.Headers[name], name);

    private static void Add(CommandJson arguments, RestParameter parameter, string text)
    {
        if (parameter.IsNumber)
        {
            arguments.Add(parameter.Name, Number(parameter.Name, text));
        }
        else
        {
            arguments.Add(parameter.Name, text);
        }
    }

    // An empty parameter (?prefix=&after=) is one that was left out.
    private static string? Single(StringValues values, string name) => values.Count switch
    {
        0 => null,
        1 => string.IsNullOrEmpty(values[0]) ? null : values[0],
        _ => throw new BadArgumentException($"{name} is there more than once."),
    };

    private static long Number(string name, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new BadArgumentException($"{name} must be a whole number from 0.");
}
