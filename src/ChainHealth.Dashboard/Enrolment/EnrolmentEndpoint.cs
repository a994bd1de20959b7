using ChainHealth.Client;

namespace ChainHealth.Dashboard.Enrolment;

/// <summary>Where edge servers knock: without a log-in, because the code is the right to come in.</summary>
public static class EnrolmentEndpoint
{
    private const string WrongText =
        "This code is unknown, has expired or was used with other keys. Make a new one on the hospital's page.";

    private static readonly TimeSpan ReadMax = TimeSpan.FromSeconds(10);

    public static void MapEnrolment(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapPost(EnrolmentRequest.Path, TakeAsync).DisableAntiforgery();
    }

    private static async Task<IResult> TakeAsync(
        HttpContext http, EnrolmentDesk desk, EnrolmentGate gate, CancellationToken cancellation)
    {
        string address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        if (gate.TryEnter(address) is { } busy)
        {
            return Results.Text(busy, "text/plain", statusCode: StatusCodes.Status429TooManyRequests);
        }

        if (await ReadAsync(http.Request.Body, cancellation) is not { } bytes)
        {
            return Refused($"a request has at most {EnrolmentRequest.BytesMax} bytes and comes at once");
        }

        if (EnrolmentRequest.TryDecode(bytes.Span, out string? fault) is not { } request)
        {
            return Refused($"malformed: {fault}");
        }

        try
        {
            if (await desk.TakeAsync(request, cancellation) is { } answer)
            {
                return Results.Bytes(EnrolmentAnswer.Codec.Encode(answer));
            }

            gate.Wrong(address);
            return Refused(WrongText);
        }
        catch (EnrolmentException e)
        {
            return Refused(e.Message);
        }
    }

    /// <summary>Null where more comes than a request has, or nothing for a while.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream body, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ReadMax);
        var bytes = new byte[EnrolmentRequest.BytesMax + 1];
        try
        {
            int read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, limit.Token);
            return read < bytes.Length ? bytes.AsMemory(0, read) : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static IResult Refused(string text) =>
        Results.Text(text, "text/plain", statusCode: StatusCodes.Status400BadRequest);
}
