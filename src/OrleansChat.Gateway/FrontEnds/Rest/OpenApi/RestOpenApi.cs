using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using OrleansChat.Gateway.FrontEnds.Rest.Documents;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.Rest.Table;

namespace OrleansChat.Gateway.FrontEnds.Rest.OpenApi;

/// <summary>Fills the OpenAPI document from the table.</summary>
internal static class RestOpenApi
{
    private const string Scheme = "bearer";

    private static readonly ChatError[] FromAll = [ChatError.BadRequest, ChatError.RateLimited, ChatError.Internal, ChatError.Unavailable];

    /// <summary>Makes the framework see a row, which it would only see in a typed handler.</summary>
    public static void Describe(this IEndpointConventionBuilder route, RestEndpoint row)
    {
        route.WithMetadata(
            row,
            typeof(RestPipeline).GetMethod(nameof(RestPipeline.RunAsync))!,
            new ProducesResponseTypeMetadata(row.Success, row.Answer ?? typeof(void), row.Answer is null ? [] : ["application/json"]));
        route.WithSummary(row.Summary);
        route.WithTags(row.Topic);
    }

    /// <summary>Every error that a row may answer with, by status.</summary>
    public static IEnumerable<IGrouping<int, ChatError>> ErrorsOf(RestEndpoint row) =>
        FromAll.Concat(row.Errors)
            .Concat(row.Anonymous && row.Limit != AddressLimit.SignIns ? [] : [ChatError.Unauthenticated])
            .Concat(row.Body is null ? [] : [ChatError.TooLarge])
            .DistinctBy(error => error.Code)
            .OrderBy(error => error.Code)
            .GroupBy(RestProblem.StatusOf)
            .OrderBy(errors => errors.Key);

    public static void Configure(OpenApiOptions options)
    {
        // The server describes this door only, whatever else is mapped beside it.
        options.ShouldInclude = description => RowOf(description.ActionDescriptor.EndpointMetadata) is not null;
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "OrleansChat",
                Version = "v1",
                Description = $"The REST door of OrleansChat. The same for readers: {RestEndpoints.Docs}.",
            };
            document.Servers?.Clear();
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Scheme, Description = "The token of POST /sessions." },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribeAsync);

        // Numbers are numbers: the framework also allows for texts, which the door refuses.
        options.AddSchemaTransformer(static (schema, _, _) =>
        {
            if (schema.Type is { } type && type.HasFlag(JsonSchemaType.Integer))
            {
                schema.Type = type & ~JsonSchemaType.String;
                schema.Pattern = null;
            }

            return Task.CompletedTask;
        });
        options.CreateSchemaReferenceId = static type =>
            DocumentNames.IsDocument(type.Type) ? DocumentNames.Of(type.Type) : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        RestEndpoint row = RowOf(context.Description.ActionDescriptor.EndpointMetadata)!;
        operation.OperationId = OperationId(row);
        operation.Parameters = [
            .. row.Path.Select(parameter => Parameter(parameter, ParameterLocation.Path)),
            .. row.Query.Select(parameter => Parameter(parameter, ParameterLocation.Query)),
            .. row.Headers.Select(parameter => Parameter(parameter, ParameterLocation.Header)),
        ];
        if (!row.Anonymous)
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        }

        if (row.Body is not null)
        {
            // Said here and not by metadata, which routing would read: another media type would be another endpoint's.
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !row.BodyIsOptional,
                Content = Content("application/json", await SchemaAsync(context, row.Body, cancel)),
            };
        }

        operation.Responses ??= [];
        if (row.Repeat is { } repeat)
        {
            operation.Responses[repeat.ToString(CultureInfo.InvariantCulture)] =
                new OpenApiResponse { Description = "Known already; nothing was added.", Content = Success(operation, row).Content };
        }

        IOpenApiSchema problem = await SchemaAsync(context, typeof(Problem), cancel);
        foreach (IGrouping<int, ChatError> errors in ErrorsOf(row))
        {
            operation.Responses[errors.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = string.Join(" ", errors.Select(error => $"{error.Code} `{error.Name}`: {error.Message}")),
                Content = Content(RestProblem.MediaType, problem),
            };
        }
    }

    private static async Task<IOpenApiSchema> SchemaAsync(OpenApiOperationTransformerContext context, Type record, CancellationToken cancel)
    {
        string name = DocumentNames.Of(record);
        OpenApiDocument document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(name) != true)
        {
            document.AddComponent(name, await context.GetOrCreateSchemaAsync(record, cancellationToken: cancel));
        }

        return new OpenApiSchemaReference(name, document);
    }

    private static Dictionary<string, OpenApiMediaType> Content(string mediaType, IOpenApiSchema schema) =>
        new() { [mediaType] = new OpenApiMediaType { Schema = schema } };

    private static OpenApiResponse Success(OpenApiOperation operation, RestEndpoint row) =>
        (OpenApiResponse)operation.Responses![row.Success.ToString(CultureInfo.InvariantCulture)];

    private static OpenApiParameter Parameter(RestParameter parameter, ParameterLocation place) => new()
    {
        Name = parameter.Name,
        In = place,
        Required = place == ParameterLocation.Path,
        Description = parameter.Meaning,
        Schema = parameter.IsNumber
            ? new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" }
            : new OpenApiSchema { Type = JsonSchemaType.String },
    };

    // put_groups_group_members_user: unique as method and route are.
    private static string OperationId(RestEndpoint row) =>
        (row.Method + row.Route).ToLowerInvariant().Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal).Replace('/', '_');

    private static RestEndpoint? RowOf(IList<object> metadata) => metadata.OfType<RestEndpoint>().FirstOrDefault();
}
