using System.Net;
using System.Net.Http.Headers;

namespace ChainHealth.Client;

/// <summary>The dashboard takes no enrolment from here; the message says why, for a person.</summary>
public sealed class EnrolmentException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>An edge server's way to a dashboard, over HTTP.</summary>
public sealed class EnrolmentDoor : IDisposable
{
    private const int AnswerBytesMax = 8 * 1024;

    private static readonly TimeSpan AskMax = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;

    /// <param name="dashboard">Such as https://dashboard.example. Plain http is taken for this machine alone: the code
    /// would be readable on the way.</param>
    /// <exception cref="EnrolmentException">It is no address, or the code would travel in the clear.</exception>
    public EnrolmentDoor(string dashboard, HttpMessageHandler? handler = null)
    {
        if (!Uri.TryCreate(dashboard, UriKind.Absolute, out Uri? address)
            || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            throw new EnrolmentException($"'{dashboard}' is no address of a dashboard (https://HOST)");
        }

        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            throw new EnrolmentException($"{address.Host}: the code would travel unencrypted; use https://");
        }

        _http = new HttpClient(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = address, Timeout = AskMax, MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    public void Dispose() => _http.Dispose();

    /// <exception cref="EnrolmentException">The dashboard refuses, or is out of reach.</exception>
    public async Task<EnrolmentAnswer> AskAsync(EnrolmentRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var content = new ByteArrayContent(request.Encode());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        try
        {
            using HttpResponseMessage answer = await _http.PostAsync(EnrolmentRequest.Path, content, cancellation);
            byte[] bytes = await answer.Content.ReadAsByteArrayAsync(cancellation);
            if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.TooManyRequests
                && answer.Content.Headers.ContentType?.MediaType == "text/plain")
            {
                throw new EnrolmentException(System.Text.Encoding.UTF8.GetString(bytes));
            }

            return answer.StatusCode == HttpStatusCode.OK
                && EnrolmentAnswer.Codec.TryDecode(bytes, out EnrolmentAnswer read, out _)
                ? read : throw new EnrolmentException(
                    $"{_http.BaseAddress} answers with {(int)answer.StatusCode}: is it a ChainHealth dashboard?");
        }
        catch (HttpRequestException e)
        {
            throw new EnrolmentException($"the dashboard is out of reach: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new EnrolmentException($"the dashboard did not answer in {AskMax.TotalSeconds:0} s", e);
        }
    }
}
