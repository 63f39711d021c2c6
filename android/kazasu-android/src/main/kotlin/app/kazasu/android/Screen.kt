package app.kazasu.android

import android.app.Activity
import android.app.Application
import android.os.Bundle
import java.lang.ref.WeakReference

/** The activity on the screen, also after Android has created it anew. Keeps none from being collected. */
internal class Screen private constructor(activity: Activity) {
    @Volatile
    private var current = WeakReference(activity)

    val activity: Activity? get() = current.get()

    /** Known to the application until it is collected; knows the screen as long as that is used. */
    private class Follower(
        private val application: Application,
        private val type: Class<Activity>,
        screen: Screen,
    ) : Application.ActivityLifecycleCallbacks {
        private val screen = WeakReference(screen)

        override fun onActivityCreated(activity: Activity, state: Bundle?) {
            val screen = screen.get() ?: return application.unregisterActivityLifecycleCallbacks(this)
            val last = screen.activity
            if (activity.javaClass == type && (last == null || last.isDestroyed)) screen.current = WeakReference(activity)
        }

        override fun onActivityStarted(activity: Activity) = Unit

        override fun onActivityResumed(activity: Activity) = Unit

        override fun onActivityPaused(activity: Activity) = Unit

        override fun onActivityStopped(activity: Activity) = Unit

        override fun onActivitySaveInstanceState(activity: Activity, state: Bundle) = Unit

        override fun onActivityDestroyed(activity: Activity) = Unit
    }

    companion object {
        fun of(activity: Activity): Screen {
            val screen = Screen(activity)
            val application = requireNotNull(activity.application as Application?) {
                "the activity is not attached yet: make the channel in onCreate or later"
            }
            application.registerActivityLifecycleCallbacks(Follower(application, activity.javaClass, screen))
            return screen
        }
    }
}
