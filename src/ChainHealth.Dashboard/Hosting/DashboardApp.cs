using System.Runtime.CompilerServices;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Components;
using ChainHealth.Dashboard.Components.Shared;
using ChainHealth.Dashboard.Downloads;
using ChainHealth.Dashboard.Edges;
using ChainHealth.Dashboard.Enrolment;
using ChainHealth.Dashboard.Identity;
using ChainHealth.Dashboard.Prediction;
using ChainHealth.Primitives;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.FileProviders;
using MudBlazor.Services;

namespace ChainHealth.Dashboard.Hosting;

/// <summary>Puts the dashboard together. The door to the chain is handed in, so that tests bring their own.</summary>
public static class DashboardApp
{
    /// <param name="options">Where its store is and where it listens.</param>
    /// <param name="open">Opens the chain; called again, with pauses, as long as it fails.</param>
    /// <param name="edges">Opens the edge servers; null where the network names none.</param>
    public static WebApplication Build(DashboardOptions options, OpenChain open, OpenEdges? edges = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardApp).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        builder.WebHost.UseUrls(options.Urls);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Cookie keys lie in the member's folder, which only its owner may read, like the member's other keys.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        // It warns of the shared assets, which are served as files on purpose.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Builder.StaticAssetDevelopmentRuntimeHandler", LogLevel.Error);
        IServiceCollection services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(open);
        services.AddSingleton<ChainFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<ChainFeed>());
        services.AddSingleton(edges ?? (_ => NetworkEdges.None));
        services.AddSingleton<EdgeBoard>();
        services.AddHostedService(provider => provider.GetRequiredService<EdgeBoard>());
        services.AddSingleton<OwnHospital>();
        services.AddSingleton(new PublishedReports(PublishedReports.DefaultFolder));
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        services.AddScoped<CircuitClock>();
        services.AddAccounts(options);
        services.AddRecords(options);
        WebApplication app = builder.Build();
        Map(app);
        return app;
    }

    /// <summary>Creates or upgrades the database, starts listening and answers with the administrator link where one is
    /// due.</summary>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<string?> StartAsync(WebApplication app, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(app);
        await AccountsSetup.PrepareAsync(app.Services, cancellation);
        await RecordsSetup.PrepareAsync(app.Services, cancellation);
        await app.StartAsync(cancellation);
        string? token = await app.Services.GetRequiredService<SetupLinks>().IssueAsync(cancellation);
        return token is null ? null : $"{app.Urls.First()}{Urls.Setup(token)}";
    }

    /// <summary>One-time links for hospitals to which no account is tied yet.</summary>
    public static async IAsyncEnumerable<(string Hospital, string Link)> HospitalLinksAsync(
        WebApplication app, IEnumerable<Member> members, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(app);
        SetupLinks links = app.Services.GetRequiredService<SetupLinks>();
        foreach (Member hospital in members.Where(m => m.Role == MemberRole.Hospital))
        {
            if (await links.IssueForAsync(hospital.Id, cancellation) is { } token)
            {
                yield return (hospital.Name, $"{app.Urls.First()}{Urls.Setup(token)}");
            }
        }
    }

    /// <summary>What lies in wwwroot-assets of the repository; the build puts it beside the program. Browsers ask each
    /// time whether it has changed, so that an upgrade needs no emptied cache.</summary>
    private static StaticFileOptions SharedAssets() => new()
    {
        FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot")),
        OnPrepareResponse = answer => answer.Context.Response.Headers.CacheControl = "no-cache",
    };

    private static void Map(WebApplication app)
    {
        app.UseExceptionHandler(Urls.Error, createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute(Urls.NotFound, createScopeForStatusCodePages: true);
        app.Use(SecurityHeaders.AddAsync);
        app.UseStaticFiles(SharedAssets());
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(AuditedDownloads.AddAsync);
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(
            options => options.ContentSecurityFrameAncestorsPolicy = null);
        app.MapLogOut();
        app.MapDownloads();
        app.MapPredictionFiles();
        app.MapAuditFiles();
        app.MapEnrolment();
    }
}
