using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OrleansChat.Gateway.FrontEnds.Rest.Docs;
using OrleansChat.Gateway.FrontEnds.Rest.OpenApi;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.Rest.Table;

namespace OrleansChat.Gateway.FrontEnds.Rest;

/// <summary>The REST door: the endpoints of the table below <c>/api/v1</c>, and what describes them.</summary>
internal static class RestEndpoints
{
    /// <summary>What every route begins with.</summary>
    public const string Base = "/api/v1";

    /// <summary>Where the page for readers is.</summary>
    public const string Docs = "/docs";

    /// <summary>Maps the door. Needs <see cref="RestServices.AddChatRest"/>.</summary>
    public static void MapChatRest(this IEndpointRouteBuilder app)
    {
        RestPipeline pipeline = app.ServiceProvider.GetRequiredService<RestPipeline>();
        RouteGroupBuilder api = app.MapGroup(Base);
        foreach (RestEndpoint row in RestTable.All)
        {
            api.MapMethods(row.Route, [row.Method], http => pipeline.RunAsync(http, row)).Describe(row);
        }

        // An endpoint without methods gives way to those with, and the catch-all to every other route.
        foreach (IGrouping<string, RestEndpoint> route in RestTable.All.GroupBy(row => row.Route))
        {
            api.Map(route.Key, HttpRefusals.OtherMethod(route)).ExcludeFromDescription();
        }

        api.Map("/{**path}", HttpRefusals.NoSuchEndpointAsync).ExcludeFromDescription();
        app.MapDocuments();
        app.MapDocs();
    }
}
