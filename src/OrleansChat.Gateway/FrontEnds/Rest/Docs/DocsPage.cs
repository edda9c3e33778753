using System.Globalization;
using System.Net;
using OrleansChat.Gateway.FrontEnds.Rest.OpenApi;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.Rest.Table;

namespace OrleansChat.Gateway.FrontEnds.Rest.Docs;

/// <summary>The page for readers, made from the table.</summary>
internal static class DocsPage
{
    private const string Example =
        """
        curl -s http://localhost:8080/api/v1/users -H 'Content-Type: application/json' -d '{"name":"alice","password":"correct horse"}'
        export TOKEN=...
        curl -s http://localhost:8080/api/v1/conversations/dm:alice:bob/messages -H "Authorization: Bearer $TOKEN" \
             -H 'Idempotency-Key: 1' -H 'Content-Type: application/json' -d '{"text":"Hello"}'
        """;

    public static string Render()
    {
        var html = new Html();
        html.Raw($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>OrleansChat REST</title>
            <link rel="stylesheet" href="{DocsStyle.Path}">
            </head>
            <body>
            <main>
            <h1>OrleansChat REST</h1>
            """);
        Introduce(html);
        foreach (IGrouping<string, RestEndpoint> topic in RestTable.All.GroupBy(row => row.Topic))
        {
            html.Raw($"<h2 id=\"{Anchor(topic.Key)}\">{topic.Key}</h2>");
            foreach (RestEndpoint row in topic)
            {
                Endpoint(html, row);
            }
        }

        Errors(html);
        DocsRecords.Render(html);
        return html.Raw("</main>").Raw("</body>").Raw("</html>").ToString();
    }

    private static void Introduce(Html html)
    {
        html.Line("p", $"All routes begin with `{RestEndpoints.Base}`. Bodies and answers are JSON in UTF-8. A token goes into `Authorization: Bearer`. "
            + "A refusal is a problem document (RFC 9457) with the error's `code` and `name`; after 429 and 503, `Retry-After` says in seconds when to come again. "
            + "Pages are `{items, next}`: give `next` as `after` for the following one. "
            + "Sizes are the defaults; an operator may set others.");
        html.Raw($"<pre>{Html.Escape(Example)}</pre>");
        html.Raw($"<p>For programs: <a href=\"/openapi/{OpenApiCache.DocumentName}.json\">OpenAPI</a>.</p><nav><ul>");
        foreach (string heading in RestTable.All.Select(row => row.Topic).Distinct().Concat(["Errors", "Objects"]))
        {
            html.Raw($"<li><a href=\"#{Anchor(heading)}\">{heading}</a></li>");
        }

        html.Raw("</ul></nav>");
    }

    private static void Endpoint(Html html, RestEndpoint row)
    {
        html.Raw($"<details><summary><span class=\"method\">{row.Method}</span>{Html.Code(row.Route)}"
            + $"<span class=\"says\">{Html.Text(row.Summary)}{(row.Anonymous ? " No token needed." : "")}</span></summary><div>");
        IEnumerable<(string Place, RestParameter Parameter)> parameters =
        [
            .. row.Path.Select(parameter => ("path", parameter)),
            .. row.Query.Select(parameter => ("query, optional", parameter)),
            .. row.Headers.Select(parameter => ("header, optional", parameter)),
        ];
        html.Table(parameters, ["Parameter", "Where", "Meaning"], one =>
        [
            Html.Code(one.Parameter.Name), one.Place, Html.Text(one.Parameter.Meaning),
        ]);
        if (row.Body is not null)
        {
            html.Line("h3", row.BodyIsOptional ? "Body (optional)" : "Body");
            DocsRecords.Members(html, row.Body);
        }

        html.Line("h3", "Answers");
        html.Table(Answers(row), ["Status", "What"], answer => [answer.Status.ToString(CultureInfo.InvariantCulture), answer.What]);
        html.Raw("</div></details>");
    }

    private static IEnumerable<(int Status, string What)> Answers(RestEndpoint row)
    {
        string answer = row.Answer is null ? "Done." : DocsRecords.Link(row.Answer) + (row.Location is null ? "" : $", and {Html.Code("Location")}");
        yield return (row.Success, answer);
        if (row.Repeat is { } repeat)
        {
            yield return (repeat, answer + "; known already, nothing was added");
        }

        foreach (IGrouping<int, ChatError> errors in RestOpenApi.ErrorsOf(row))
        {
            yield return (errors.Key, string.Join(", ", errors.Select(error => $"<a href=\"#{error.Name}\">{error.Name}</a>")));
        }
    }

    private static void Errors(Html html)
    {
        html.Raw("<h2 id=\"errors\">Errors</h2>");
        html.Table(ChatError.All.OrderBy(error => error.Code), ["Code", "Name", "Status", "Meaning", "Worth repeating"], error =>
        [
            error.Code.ToString(CultureInfo.InvariantCulture),
            $"<code id=\"{error.Name}\">{error.Name}</code>",
            RestProblem.StatusOf(error).ToString(CultureInfo.InvariantCulture),
            Html.Text(error.Message),
            error.Retry ? "yes" : "no",
        ]);
        html.Line("p", "A body of another media type than `application/json` in UTF-8 is refused with 415, an endpoint that does not exist with 404, and a method that it does not have with 405, all with the code 4000.");
    }

    private static string Anchor(string heading) =>
        WebUtility.UrlEncode(heading.ToLowerInvariant().Replace(' ', '-'));
}
