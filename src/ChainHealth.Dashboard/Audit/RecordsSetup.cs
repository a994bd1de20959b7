using ChainHealth.Dashboard.Hosting;
using ChainHealth.Dashboard.Prediction;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Audit;

/// <summary>The audit log and the history of predictions: what is registered, and the database on first start.
/// </summary>
public static class RecordsSetup
{
    public static void AddRecords(this IServiceCollection services, DashboardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string file = Path.Combine(options.StoreFolder, "records.db");
        services.AddDbContextFactory<RecordsDb>(db => db.UseSqlite($"Data Source={file}"));
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditCheck>();
        services.AddSingleton<AuditAnchoring>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditAnchoring>());
        services.AddHostedService<ApprovalWatch>();
        services.AddSingleton<PredictionStore>();
        services.AddSingleton<PrivatePredictions>();
        services.AddSingleton<ScreeningResults>();
    }

    /// <summary>Brings the database to the newest schema.</summary>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var databases = services.GetRequiredService<IDbContextFactory<RecordsDb>>();
        await using RecordsDb db = await databases.CreateDbContextAsync(cancellation);
        await db.Database.MigrateAsync(cancellation);
    }
}
